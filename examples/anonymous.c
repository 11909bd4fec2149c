/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private anonymous memory: written, written with zeros, read only, and never touched. */
#include <sys/mman.h>

#include "check.h"

#define PAGE      4096
#define PAGES     65536 /* 256 MiB */
#define MIB_LIMIT 48 /* what the whole program may occupy */

/* Every seventh page in the first 16 MiB holds numbers, a few far away too. */
static int is_written(long page)
{
	return page < 4096 ? page % 7 == 0 : page % 8191 == 5;
}

static uint64_t content(long page, int word)
{
	return (uint64_t)page * 2654435761U + (uint64_t)word * 40503U + 1;
}

static void fill(uint64_t *memory)
{
	for (long page = 0; page < PAGES; page++)
		for (int word = 0; word < PAGE / 8 && is_written(page); word++)
			memory[page * (PAGE / 8) + word] = content(page, word);
	/* Zeros that were written, and pages that were only read: they hold nothing. */
	memset((char *)memory + 5000L * PAGE, 0, 256 * PAGE);
	for (long page = 6000; page < 6256; page++)
		CHECK_IS(memory[page * (PAGE / 8)], 0);
}

/* Without touching what is not there: that would only show that zeros are zeros. */
static void verify(const uint64_t *memory, long step)
{
	for (long page = 0; page < PAGES; page += step)
		for (int word = 0; word < PAGE / 8 && is_written(page); word++)
			CHECK(memory[page * (PAGE / 8) + word] == content(page, word),
			      "page %ld word %d holds 0x%llx", page, word,
			      (unsigned long long)memory[page * (PAGE / 8) + word]);
}

/* Resident MiB, from the second field of statm. */
static long resident(void)
{
	long size, pages;
	FILE *file = fopen("/proc/self/statm", "r");

	CHECK(file && fscanf(file, "%ld %ld", &size, &pages) == 2, "statm cannot be read");
	fclose(file);
	return pages * PAGE >> 20;
}

int main(void)
{
	uint64_t *memory = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	madvise(memory, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE);
	fill(memory);
	check_ready();
	while (!check_told()) {
		verify(memory, 1);
		check_pause(1000);
	}
	verify(memory, 1);
	CHECK(resident() < MIB_LIMIT, "%ld MiB are resident", resident());
	for (long page = 0; page < PAGES; page++)
		for (int word = 0; word < PAGE / 8 && !is_written(page); word += 64)
			CHECK_IS(memory[page * (PAGE / 8) + word], 0);
	return check_passed();
}
