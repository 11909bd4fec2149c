/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared anonymous memory: two windows on one object, and another object beside it. */
#include <sys/mman.h>

#include "check.h"

#define PAGE 4096
#define SIZE (64 * PAGE)

struct windows {
	uint32_t *whole, *again; /* the same object */
	uint32_t *middle; /* its pages 10 to 19 once more, read-only */
	uint32_t *other; /* another object of the same size */
};

static uint32_t *map_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	return memory;
}

/* With an old size of 0 mremap() makes a second mapping of shared pages. */
static uint32_t *map_again(void *memory, size_t size)
{
	void *again = mremap(memory, 0, size, MREMAP_MAYMOVE);

	CHECK(again != MAP_FAILED, "mremap: %s", strerror(errno));
	return again;
}

static void verify(const struct windows *at, uint32_t round)
{
	for (size_t i = 0; i < SIZE / 4; i += 97) {
		uint32_t wanted = i < 32 * PAGE / 4 ? (uint32_t)i * 3 + round : 0;

		CHECK_IS(at->whole[i], wanted);
		CHECK_IS(at->again[i], wanted);
		CHECK_IS(at->other[i], ~(uint32_t)i);
	}
	CHECK_IS(at->middle[7], at->whole[10 * PAGE / 4 + 7]);
}

static void fill(const struct windows *at, uint32_t round)
{
	for (size_t i = 0; i < 32 * PAGE / 4; i++)
		at->whole[i] = (uint32_t)i * 3 + round;
}

int main(void)
{
	struct windows at;
	uint32_t round = 0;

	at.whole = map_shared(SIZE);
	at.again = map_again(at.whole, SIZE);
	at.middle = map_again(at.whole + 10 * PAGE / 4, 10 * PAGE);
	CHECK_CALL(mprotect(at.middle, 10 * PAGE, PROT_READ));
	at.other = map_shared(SIZE);
	for (size_t i = 0; i < SIZE / 4; i++)
		at.other[i] = ~(uint32_t)i;
	fill(&at, round);
	check_ready();
	while (!check_told()) {
		verify(&at, round);
		fill(&at, ++round);
	}
	verify(&at, round);
	/* What is written through one window is seen through the others. */
	at.again[10 * PAGE / 4] = 4711;
	CHECK_IS(at.whole[10 * PAGE / 4], 4711);
	CHECK_IS(at.middle[0], 4711);
	CHECK_IS(at.other[10 * PAGE / 4], ~(uint32_t)(10 * PAGE / 4));
	return check_passed();
}
