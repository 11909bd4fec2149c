/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two threads that map, protect, move and unmap memory all the time. */
#include <sys/mman.h>

#include "check.h"

#define PAGE 4096
#define SLOTS 40
#define LARGEST 30	/* pages */

struct piece {
	uint64_t *memory;
	size_t pages;
	uint64_t seed;
};

static void make(struct piece *piece, uint64_t *dice)
{
	piece->pages = check_random(dice) % LARGEST + 1;
	piece->seed = check_random(dice);
	piece->memory = mmap(NULL, piece->pages * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(piece->memory != MAP_FAILED, "mmap: %s", strerror(errno));
	for (size_t page = 0; page < piece->pages; page += 2)
		piece->memory[page * (PAGE / 8)] = piece->seed + page;
}

static void verify(const struct piece *piece)
{
	for (size_t page = 0; page < piece->pages; page++)
		CHECK_IS(piece->memory[page * (PAGE / 8)], page % 2 ? 0 : piece->seed + page);
}

/* Grows or moves; what is new is zero, as what was never written. */
static void move(struct piece *piece)
{
	size_t pages = piece->pages + 3;
	void *memory = mremap(piece->memory, piece->pages * PAGE, pages * PAGE, MREMAP_MAYMOVE);

	CHECK(memory != MAP_FAILED, "mremap: %s", strerror(errno));
	piece->memory = memory;
	for (size_t page = piece->pages; page < pages; page++) {
		CHECK_IS(piece->memory[page * (PAGE / 8)], 0);
		if (page % 2 == 0)
			piece->memory[page * (PAGE / 8)] = piece->seed + page;
	}
	piece->pages = pages;
}

/* Emptied memory reads as zeros and can be filled again. */
static void empty(struct piece *piece)
{
	CHECK_CALL(madvise(piece->memory, piece->pages * PAGE, MADV_DONTNEED));
	for (size_t page = 0; page < piece->pages; page++) {
		CHECK_IS(piece->memory[page * (PAGE / 8)], 0);
		if (page % 2 == 0)
			piece->memory[page * (PAGE / 8)] = piece->seed + page;
	}
}

static void *churn(void *argument)
{
	uint64_t dice = (uint64_t)(uintptr_t)argument;
	struct piece pieces[SLOTS] = { { NULL, 0, 0 } };

	while (!check_told()) {
		struct piece *piece = &pieces[check_random(&dice) % SLOTS];

		if (!piece->memory) {
			make(piece, &dice);
			continue;
		}
		CHECK_CALL(mprotect(piece->memory, PAGE, PROT_READ));
		verify(piece);
		CHECK_CALL(mprotect(piece->memory, PAGE, PROT_READ | PROT_WRITE));
		switch (check_random(&dice) % 3) {
		case 0: move(piece); break;
		case 1: empty(piece); break;
		default:
			CHECK_CALL(munmap(piece->memory, piece->pages * PAGE));
			piece->memory = NULL;
		}
	}
	for (int i = 0; i < SLOTS; i++)
		if (pieces[i].memory)
			verify(&pieces[i]);
	return NULL;
}

int main(void)
{
	pthread_t other = check_thread(churn, (void *)77777);

	check_ready();
	churn((void *)4711);
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
