/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building the program's memory at the places that the plan chose. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../ghost/index.h"
#include "../ghost/kind/orphan.h"
#include "../ghost/sys.h"
#include "fill.h"

#define LAZY_MOST 16384		/* mappings; vm.max_map_count is 65530 */
#define LAZY_LEAST (256U << 10)	/* smaller runs are read at once: a mapping costs more */

__attribute__((format(printf, 3, 4))) static int fail(struct stage *stage, int error,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(stage->error, sizeof(stage->error), format, arguments);
	va_end(arguments);
	return error;
}

int stage_prepare(struct stage *stage, const struct image *image, const struct revive *revive,
		  int eager)
{
	memset(stage, 0, sizeof(*stage));
	stage->image = image;
	stage->revive = revive;
	stage->eager = eager;
	stage->ghost = image->fd;
	/* image.c has compared the numbers with that of the regions. */
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type == REGION_SHARED_OBJECT &&
		    image->regions[i].object >= stage->object_count)
			stage->object_count = image->regions[i].object + 1;
	for (const struct revived_orphan *file = revive->orphans; file; file = file->next)
		if (file->ghost->object >= stage->object_count)
			stage->object_count = file->ghost->object + 1;
	stage->lazy = calloc(image->chunk_count + 1, 1);
	stage->lazy_ranges = calloc(image->chunk_count + 1, sizeof(*stage->lazy_ranges));
	stage->objects = calloc(stage->object_count + 1, sizeof(*stage->objects));
	stage->object_sizes = calloc(stage->object_count + 1, sizeof(*stage->object_sizes));
	return stage->lazy && stage->objects && stage->object_sizes && stage->lazy_ranges ? 0 : fail(stage, -ENOMEM, "out of memory");
}

static uint64_t size_of(const struct region_ghost *region)
{
	return region->end - region->start;
}

/* Whether any page of a private region is in the ghost. */
static int has_pages(const struct stage *stage, const struct region_ghost *region)
{
	const struct image *image = stage->image;
	size_t at = index_find(image->chunks, image->chunk_count, 0, region->start);

	return at < image->chunk_count && image->chunks[at].owner == 0 &&
	       image->chunks[at].address < region->end;
}

static int map_at(struct stage *stage, const struct region_ghost *region, uint64_t place,
		  uint32_t prot, int flags, int file)
{
	void *got = sys_mmap((void *)place, size_of(region), (int)prot,
			     flags | MAP_FIXED_NOREPLACE, file,
			     file >= 0 ? region->offset : 0);

	if (sys_failed(got))
		return fail(stage, (int)(intptr_t)got, "memory %llx-%llx (%s): %s",
			    (unsigned long long)region->start, (unsigned long long)region->end,
			    region->file.path, strerror(-(int)(intptr_t)got));
	return 0;
}

static int map_anonymous(struct stage *stage, const struct region_ghost *region, uint64_t place)
{
	uint32_t prot = has_pages(stage, region) ? PROT_READ | PROT_WRITE : region->prot;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	if (region->flags & REGION_NORESERVE)
		flags |= MAP_NORESERVE;
	if (region->flags & REGION_GROWSDOWN)
		flags |= MAP_GROWSDOWN;	/* MAP_STACK would forbid huge pages */
	return map_at(stage, region, place, prot, flags, -1);
}

static int map_file(struct stage *stage, const struct region_ghost *region, uint64_t place)
{
	int shared = region->type == REGION_SHARED_FILE;
	int writes = shared && (region->flags & REGION_SHARED_WRITE);
	uint32_t prot = region->prot;
	int file = sys_open(region->file.path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0);
	int error;

	if (file < 0)
		return fail(stage, file, "%s: %s; the program has this file mapped",
			    region->file.path, strerror(-file));
	if (!shared && has_pages(stage, region))
		prot = PROT_READ | PROT_WRITE;
	error = map_at(stage, region, place, prot, shared ? MAP_SHARED : MAP_PRIVATE, file);
	sys_close(file);
	return error;
}

static int map_region(struct stage *stage, size_t i)
{
	const struct region_ghost *region = &stage->image->regions[i];
	uint64_t place = stage->plan->stage[i];

	switch (region->type) {
	case REGION_ANONYMOUS:
		return map_anonymous(stage, region, place);
	case REGION_SHARED_OBJECT:	/* only the place, until the object is there */
		return map_at(stage, region, place, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	case REGION_FILE:
	case REGION_SHARED_FILE:
		return map_file(stage, region, place);
	default:
		return 0;
	}
}

static uint64_t object_size(const struct stage *stage, uint32_t object)
{
	uint64_t size = 0;

	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];

		if (region->type == REGION_SHARED_OBJECT && region->object == object &&
		    region->offset + size_of(region) > size)
			size = region->offset + size_of(region);
	}
	return size;
}

/* mremap with an old size of 0 makes another mapping of the same shared pages
 * (mremap(2)): so one object comes to all its places. */
static int map_object(struct stage *stage, uint32_t object)
{
	uint64_t size = object_size(stage, object);
	char *whole = size ? sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
			   : NULL;

	if (sys_failed(whole))
		return fail(stage, (int)(intptr_t)whole, "shared memory of %llu bytes: %s",
			    (unsigned long long)size, strerror(-(int)(intptr_t)whole));
	stage->objects[object] = whole;
	stage->object_sizes[object] = size;
	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];
		void *got;

		if (region->type != REGION_SHARED_OBJECT || region->object != object)
			continue;
		got = mremap(whole + region->offset, 0, size_of(region),
			     MREMAP_MAYMOVE | MREMAP_FIXED, (void *)stage->plan->stage[i]);
		if (got == MAP_FAILED)
			return fail(stage, -errno, "shared memory %llx: %s",
				    (unsigned long long)region->start, strerror(errno));
	}
	return 0;
}

/* Through a descriptor that only reads it could never be made writable, which is what
 * the program had, and what a seal against writing wants. */
static int map_of_file(struct stage *stage, size_t i, const struct revived_orphan *file)
{
	const struct region_ghost *region = &stage->image->regions[i];
	int writes = (region->flags & REGION_SHARED_WRITE) != 0;
	int fd = orphan_open(file, writes ? O_RDWR : O_RDONLY);
	void *got = fd < 0 ? (void *)(intptr_t)fd
			   : sys_mmap((void *)stage->plan->stage[i], size_of(region), PROT_READ,
				      MAP_SHARED | MAP_FIXED, fd, region->offset);

	if (fd >= 0)
		sys_close(fd);
	if (sys_failed(got))
		return fail(stage, (int)(intptr_t)got, "memory %llx (%s): %s",
			    (unsigned long long)region->start, region->file.path,
			    strerror(-(int)(intptr_t)got));
	return 0;
}

/* All that is in it comes by way of one mapping, as large as the file: behind its end
 * there is nothing to write to. */
static int map_file_object(struct stage *stage, uint32_t object, const struct revived_orphan *file)
{
	uint64_t size = (file->ghost->size + 4095) & ~4095ULL;
	char *whole = size ? sys_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0)
			   : NULL;
	int error = 0;

	if (sys_failed(whole))
		return fail(stage, (int)(intptr_t)whole, "%s: %s", file->ghost->path,
			    strerror(-(int)(intptr_t)whole));
	stage->objects[object] = whole;
	stage->object_sizes[object] = size;
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		if (stage->image->regions[i].type == REGION_SHARED_OBJECT &&
		    stage->image->regions[i].object == object)
			error = map_of_file(stage, i, file);
	return error;
}

static int map_one(struct stage *stage, uint32_t object)
{
	const struct revived_orphan *file = orphan_of_object(stage->revive, object);

	return file ? map_file_object(stage, object, file) : map_object(stage, object);
}

int stage_map(struct stage *stage, const struct plan *plan)
{
	int error = 0;

	stage->plan = plan;
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		error = map_region(stage, i);
	/* Now all homes are taken, and the kernel may choose places again. */
	for (uint32_t i = 0; i < stage->object_count && !error; i++)
		error = map_one(stage, i);
	return error;
}

/* Advice and locks are for anonymous memory, and moving a region home takes it
 * in one piece: only plain regions at home are mapped from the ghost. */
static int may_be_lazy(const struct stage *stage, size_t i)
{
	const struct region_ghost *region = &stage->image->regions[i];

	return region->type == REGION_ANONYMOUS && stage->plan->stage[i] == region->start &&
	       !(region->flags & (REGION_GROWSDOWN | REGION_LOCKED | REGION_WIPEONFORK |
				  REGION_MERGEABLE | REGION_HUGEPAGE));
}

/* Chunks from `first` that follow each other in memory and in the file. */
static size_t run_length(const struct image *image, size_t first, uint64_t end, uint64_t *bytes)
{
	size_t last = first;

	*bytes = image->chunks[first].length;
	while (last + 1 < image->chunk_count) {
		const struct chunk *chunk = &image->chunks[last], *next = chunk + 1;

		if (next->owner || next->codec || next->address >= end ||
		    next->address != chunk->address + chunk->length ||
		    next->offset != chunk->offset + chunk->length)
			break;
		*bytes += next->length;
		last++;
	}
	return last - first + 1;
}

static int map_lazily(struct stage *stage, const struct region_ghost *region)
{
	const struct image *image = stage->image;
	size_t at = index_find(image->chunks, image->chunk_count, 0, region->start);
	size_t count;

	for (; at < image->chunk_count && image->chunks[at].owner == 0 &&
	       image->chunks[at].address < region->end;
	     at += count) {
		const struct chunk *chunk = &image->chunks[at];
		uint64_t bytes;
		void *got;

		count = 1;
		if (chunk->codec || chunk->offset % 4096)
			continue;
		count = run_length(image, at, region->end, &bytes);
		if (bytes < LAZY_LEAST || stage->lazy_count == LAZY_MOST ||
		    chunk->address < region->start || chunk->address + bytes > region->end)
			continue;
		got = sys_mmap((void *)chunk->address, bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_FIXED, stage->ghost, chunk->offset);
		if (sys_failed(got))
			return fail(stage, (int)(intptr_t)got, "the ghost cannot be mapped: %s",
				    strerror(-(int)(intptr_t)got));
		memset(stage->lazy + at, 1, count);
		stage->lazy_ranges[stage->lazy_count++] =
			(struct landing_range){ chunk->address, chunk->address + bytes };
		stage->backing.inode = image->stat.st_ino;
	}
	return 0;
}

int stage_fill(struct stage *stage)
{
	int error = 0;

	for (size_t i = 0; i < stage->image->region_count && !error && !stage->eager; i++)
		if (may_be_lazy(stage, i))
			error = map_lazily(stage, &stage->image->regions[i]);
	if (!error)
		error = fill_pages(stage);
	for (uint32_t i = 0; i < stage->object_count; i++)
		if (stage->objects[i])
			munmap(stage->objects[i], stage->object_sizes[i]);
	return error;
}

static const struct {
	uint32_t flag;
	int advice;
} advices[] = {
	{ REGION_HUGEPAGE, MADV_HUGEPAGE },	{ REGION_NOHUGEPAGE, MADV_NOHUGEPAGE },
	{ REGION_DONTFORK, MADV_DONTFORK },	{ REGION_WIPEONFORK, MADV_WIPEONFORK },
	{ REGION_DONTDUMP, MADV_DONTDUMP },	{ REGION_MERGEABLE, MADV_MERGEABLE },
	{ REGION_SEQUENTIAL, MADV_SEQUENTIAL }, { REGION_RANDOM, MADV_RANDOM },
};

/* Advice that this kernel does not take changes nothing that the program sees. */
static void advise(const struct region_ghost *region, uint64_t place)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (region->flags & advices[i].flag)
			sys_call3(SYS_madvise, place, size_of(region), advices[i].advice);
	if (!strncmp(region->file.path, "[anon:", 6)) {
		char name[128];
		size_t length = strcspn(region->file.path + 6, "]");

		if (length >= sizeof(name))
			return;
		memcpy(name, region->file.path + 6, length);
		name[length] = '\0';
		sys_call6(SYS_prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, (long)place,
			  (long)size_of(region), (long)name, 0);
	}
}

static int finish_region(struct stage *stage, size_t i)
{
	const struct region_ghost *region = &stage->image->regions[i];
	uint64_t place = stage->plan->stage[i];
	int error;

	if (region->type == REGION_VDSO)
		return 0;
	advise(region, place);
	error = (int)sys_call3(SYS_mprotect, place, size_of(region), region->prot);
	if (error)
		return fail(stage, error, "memory %llx cannot be protected as it was: %s",
			    (unsigned long long)region->start, strerror(-error));
	if (region->flags & REGION_LOCKED) {
		int flags = region->flags & REGION_LOCK_ON_FAULT ? MLOCK_ONFAULT : 0;

		error = (int)sys_call3(SYS_mlock2, place, size_of(region), flags);
		if (error)
			return fail(stage, error,
				    "memory %llx cannot be locked as it was: %s (ulimit -l)",
				    (unsigned long long)region->start, strerror(-error));
	}
	return 0;
}

static uint64_t staged(const struct stage *stage, uint64_t address)
{
	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];

		if (address >= region->start && address < region->end)
			return stage->plan->stage[i] + (address - region->start);
	}
	return 0;
}

int stage_finish(struct stage *stage)
{
	int error = 0;

	for (size_t i = 0; i < stage->image->guard_count && !error; i++) {
		const struct guard_ghost *guard = &stage->image->guards[i];

		error = (int)sys_call3(SYS_madvise, staged(stage, guard->start),
				       guard->end - guard->start, 102 /* MADV_GUARD_INSTALL */);
		if (error)
			return fail(stage, error, "guard pages at %llx: %s",
				    (unsigned long long)guard->start, strerror(-error));
	}
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		error = finish_region(stage, i);
	return error;
}
