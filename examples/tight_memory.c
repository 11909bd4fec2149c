/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that may map little more than it has. */
#include <sys/mman.h>
#include <sys/resource.h>

#include "check.h"

#define MORE  (40L << 20)
#define BLOCK (4L << 20)

static long mapped_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	CHECK(file && fscanf(file, "%ld", &pages) == 1, "/proc/self/statm cannot be read");
	fclose(file);
	return pages * 4096;
}

static void *map_block(void)
{
	return mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void)
{
	struct rlimit limit = { (rlim_t)(mapped_bytes() + MORE), RLIM_INFINITY };
	unsigned char *block = map_block();
	int blocks = 0;

	CHECK(block != MAP_FAILED, "mmap: %s", strerror(errno));
	for (long i = 0; i < BLOCK; i++)
		block[i] = (unsigned char)(i * 7 + i / 4096);
	CHECK_CALL(setrlimit(RLIMIT_AS, &limit));
	check_ready();
	check_wait();
	for (long i = 0; i < BLOCK; i++)
		if (block[i] != (unsigned char)(i * 7 + i / 4096))
			CHECK(0, "byte %ld is %d", i, block[i]);
	/* The limit is there still, and nothing of a checkpoint counts against it. */
	while (map_block() != MAP_FAILED)
		blocks++;
	CHECK_IS(errno, ENOMEM);
	CHECK(blocks >= 7 && blocks <= 9, "%d blocks can be mapped", blocks);
	return check_passed();
}
