/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which pages of a mapping hold something. */
#include "resident.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../ghost/sys.h"

#define PAGE 4096ULL

/* Documentation/admin-guide/mm/pagemap.rst.  Debian 12's headers are older than
 * the ioctl, so its interface (include/uapi/linux/fs.h) stands here. */
struct page_region {
	uint64_t start, end, categories;
};

struct scan {
	uint64_t size, flags, start, end, walk_end, vector, vector_length, max_pages;
	uint64_t category_inverted, category_mask, category_any, return_mask;
};

#define PAGEMAP_SCAN _IOWR('f', 16, struct scan)
#define IS_FILE (1ULL << 2)
#define IS_PRESENT (1ULL << 3)
#define IS_SWAPPED (1ULL << 4)
#define IS_ZERO (1ULL << 5)
#define IS_GUARD (1ULL << 8)

/* Bits of an entry of /proc/self/pagemap. */
#define MAP_GUARD (1ULL << 58)
#define MAP_FILE_OR_SHARED (1ULL << 61)
#define MAP_SWAPPED (1ULL << 62)
#define MAP_PRESENT (1ULL << 63)

static int report(const struct resident *resident, const struct page_region *regions, long count)
{
	int error = 0;

	for (long i = 0; i < count && !error; i++)
		error = (regions[i].categories & IS_GUARD ? resident->guard : resident->run)(
			regions[i].start, regions[i].end, resident->argument);
	return error;
}

static void prepare(struct scan *scan, const struct resident *resident, uint64_t end, int file)
{
	memset(scan, 0, sizeof(*scan));
	scan->size = sizeof(*scan);
	scan->end = end;
	scan->category_any = IS_PRESENT | IS_SWAPPED;
	/* Not of the file, or not the zero page: inverted, then demanded. */
	scan->category_inverted = scan->category_mask = file ? IS_FILE : IS_ZERO;
	scan->return_mask = *resident->knows_guards ? IS_GUARD : 0;
}

/* -EOPNOTSUPP where the kernel does not know the request. */
static int scan(const struct resident *resident, uint64_t start, uint64_t end, int file)
{
	struct page_region found[256];
	struct scan scan;
	int error = 0;

	prepare(&scan, resident, end, file);
	scan.vector = (uint64_t)(uintptr_t)found;
	scan.vector_length = sizeof(found) / sizeof(found[0]);
	for (scan.start = start; scan.start < end && !error; scan.start = scan.walk_end) {
		int count = sys_ioctl(resident->pagemap, PAGEMAP_SCAN, &scan);

		if (count == -EINVAL && *resident->knows_guards) {
			*resident->knows_guards = 0;
			scan.return_mask = 0;
			count = sys_ioctl(resident->pagemap, PAGEMAP_SCAN, &scan);
		}
		if (count < 0)
			return count == -ENOTTY || count == -EINVAL ? -EOPNOTSUPP : count;
		error = report(resident, found, count);
	}
	return error;
}

static int holds_something(uint64_t entry, int file)
{
	if (!(entry & (MAP_PRESENT | MAP_SWAPPED)))
		return 0;
	return !file || !(entry & MAP_FILE_OR_SHARED);
}

/* Before Linux 6.7.  The shared zero page looks like any other there; the
 * writer finds out by reading it. */
static int read_pagemap(const struct resident *resident, uint64_t start, uint64_t end, int file)
{
	uint64_t entries[512], run = 0;
	int error = 0;

	while (start < end && !error) {
		uint64_t left = (end - start) / PAGE;
		uint64_t count = left < 512 ? left : 512;
		long got = sys_pread(resident->pagemap, entries, count * 8, start / PAGE * 8);

		if (got <= 0)
			return got < 0 ? (int)got : -EIO;
		count = (uint64_t)got / 8;
		for (uint64_t i = 0; i < count && !error; i++, start += PAGE) {
			int guard = (entries[i] & MAP_GUARD) != 0;

			if (!guard && holds_something(entries[i], file)) {
				run += PAGE;
				continue;
			}
			if (run)
				error = resident->run(start - run, start, resident->argument);
			run = 0;
			if (guard && !error)
				error = resident->guard(start, start + PAGE, resident->argument);
		}
	}
	return run && !error ? resident->run(end - run, end, resident->argument) : error;
}

int resident_private(const struct resident *resident, uint64_t start, uint64_t end, int file)
{
	int error = *resident->can_scan ? scan(resident, start, end, file) : -EOPNOTSUPP;

	if (error != -EOPNOTSUPP)
		return error;
	*resident->can_scan = 0;
	return read_pagemap(resident, start, end, file);
}

int resident_shared(const struct resident *resident, uint64_t start, uint64_t end,
		    uint64_t swapped)
{
	unsigned char in_core[4096];
	uint64_t run = 0;
	int error = 0;

	if (swapped)
		return resident->run(start, end, resident->argument);
	while (start < end && !error) {
		uint64_t left = (end - start) / PAGE;
		uint64_t count = left < sizeof(in_core) ? left : sizeof(in_core);

		error = (int)sys_call3(SYS_mincore, start, count * PAGE, in_core);
		for (uint64_t i = 0; i < count && !error; i++, start += PAGE) {
			if (in_core[i] & 1) {
				run += PAGE;
				continue;
			}
			if (run)
				error = resident->run(start - run, start, resident->argument);
			run = 0;
		}
	}
	return run && !error ? resident->run(end - run, end, resident->argument) : error;
}
