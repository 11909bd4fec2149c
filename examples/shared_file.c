/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A shared file mapping: what is written to memory is in the file, and the other way round. */
#include <sys/mman.h>

#include "check.h"

#define PAGE  4096
#define PAGES 16

static char *map(int protection, long page, long pages)
{
	int file = (int)CHECK_CALL(open("shared", protection & PROT_WRITE ? O_RDWR : O_RDONLY));
	void *memory =
		mmap(NULL, (size_t)(pages * PAGE), protection, MAP_SHARED, file, page * PAGE);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	close(file);
	return memory;
}

static void verify(const char *memory, const char *reader, uint32_t round)
{
	for (int page = 0; page < PAGES; page++) {
		uint32_t found;

		memcpy(&found, memory + page * PAGE, sizeof(found));
		CHECK_IS(found, round + (uint32_t)page);
		if (page >= 4)
			CHECK_IS(memcmp(memory + page * PAGE, reader + (page - 4) * PAGE, PAGE), 0);
	}
}

int main(void)
{
	char *memory, *reader, byte;
	uint32_t round = 0;
	int file = (int)CHECK_CALL(open("shared", O_CREAT | O_RDWR | O_TRUNC, 0600));

	CHECK_CALL(ftruncate(file, PAGES * PAGE));
	memory = map(PROT_READ | PROT_WRITE, 0, PAGES);
	reader = map(PROT_READ, 4, PAGES - 4);
	check_ready();
	while (!check_told()) {
		round += 1000;
		for (int page = 0; page < PAGES; page++) {
			uint32_t value = round + (uint32_t)page;

			memcpy(memory + page * PAGE, &value, sizeof(value));
		}
		verify(memory, reader, round);
		check_pause(100);
	}
	memory[5 * PAGE + 77] = 'm';
	CHECK_IS(pread(file, &byte, 1, 5 * PAGE + 77), 1);
	CHECK_IS(byte, 'm');
	CHECK_IS(pwrite(file, "f", 1, 6 * PAGE + 78), 1);
	CHECK_IS(memory[6 * PAGE + 78], 'f');
	CHECK_IS(reader[2 * PAGE + 78], 'f');
	CHECK_CALL(msync(memory, PAGES * PAGE, MS_SYNC));
	return check_passed();
}
