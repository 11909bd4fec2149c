/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mappings of files that have been deleted, or never had a name: the ghost carries them whole. */
#include <sys/mman.h>

#include "check.h"

#define PAGE  4096
#define PAGES 24

static void fill(int file, int seed)
{
	char page[PAGE];

	CHECK_CALL(ftruncate(file, PAGES * PAGE));
	for (int i = 0; i < PAGES; i += 2) { /* every second page is a hole */
		memset(page, seed + i, PAGE);
		CHECK_IS(pwrite(file, page, PAGE, i * PAGE), PAGE);
	}
}

static char *map(int file, int flags)
{
	char *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, file, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	return memory;
}

static void verify(const char *memory, int seed, const char *what)
{
	for (int i = 0; i < PAGES * PAGE; i += 111) {
		int page = i / PAGE;

		CHECK(memory[i] == (char)(page % 2 ? 0 : seed + page), "%s: byte %d is %d", what, i,
		      memory[i]);
	}
}

int main(void)
{
	int file = (int)CHECK_CALL(open("deleted", O_CREAT | O_RDWR | O_TRUNC, 0600));
	int nameless = (int)CHECK_CALL(memfd_create("nameless", 0));
	char *shared, *again, *private, *memory;

	fill(file, 1);
	fill(nameless, 100);
	shared = map(file, MAP_SHARED);
	again = map(file, MAP_SHARED);
	private = map(file, MAP_PRIVATE);
	memory = map(nameless, MAP_SHARED);
	private[5 * PAGE] = 42;
	CHECK_CALL(unlink("deleted"));
	close(file);
	close(nameless);
	check_ready();
	while (!check_told()) {
		verify(shared, 1, "shared");
		check_pause(500);
	}
	verify(shared, 1, "shared");
	verify(memory, 100, "memfd");
	CHECK_IS(private[5 * PAGE], 42);
	private[5 * PAGE] = 0;
	verify(private, 1, "private");
	/* Both windows still show one file. */
	shared[6 * PAGE + 1] = 77;
	CHECK_IS(again[6 * PAGE + 1], 77);
	return check_passed();
}
