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

int stage_fail(struct stage *stage, int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(stage->error, sizeof(stage->error), format, arguments);
	va_end(arguments);
	return error;
}

/* A vDSO that is this kernel's as well needs no pages. */
static void skip_vdso(struct stage *stage)
{
	const struct image *image = stage->image;

	for (size_t i = 0; i < image->region_count; i++) {
		const struct region_ghost *region = &image->regions[i];
		size_t at;

		if (region->type != REGION_VDSO)
			continue;
		at = index_find(image->chunks, image->chunk_count, 0, region->start);
		while (at < image->chunk_count && image->chunks[at].owner == 0 &&
		       image->chunks[at].address < region->end)
			stage->lazy[at++] = 1;
	}
}

static int fail_embedded(struct stage *stage, int error, const char *path)
{
	return stage_fail(stage, error, "%s, out of the ghost: %s", path, strerror(-error));
}

int stage_prepare(struct stage *stage, const struct image *image, const struct embedded *embedded,
		  const struct revive *revive, int eager)
{
	const char *path;
	int error;

	memset(stage, 0, sizeof(*stage));
	stage->image = image;
	stage->embedded = embedded;
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
	if (!stage->lazy || !stage->objects || !stage->object_sizes || !stage->lazy_ranges)
		return stage_fail(stage, -ENOMEM, "out of memory");
	skip_vdso(stage);
	error = embedded_make(embedded, &path);
	return error ? fail_embedded(stage, error, path) : 0;
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
	void *got = sys_mmap((void *)place, stage_size_of(region), (int)prot,
			     flags | MAP_FIXED_NOREPLACE, file,
			     file >= 0 ? region->offset : 0);

	if (sys_failed(got))
		return stage_fail(stage, (int)(intptr_t)got, "memory %llx-%llx (%s): %s",
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
	const struct embedded_file *embedded = embedded_behind(stage->embedded, region);
	int shared = region->type == REGION_SHARED_FILE;
	int writes = shared && (region->flags & REGION_SHARED_WRITE);
	uint32_t prot = !shared && has_pages(stage, region) ? PROT_READ | PROT_WRITE : region->prot;
	int file, error;

	if (embedded)
		return map_at(stage, region, place, prot, MAP_PRIVATE, embedded->file);
	file = sys_open(region->file.path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0);
	if (file < 0)
		return stage_fail(stage, file, "%s: %s; the program has this file mapped",
			    region->file.path, strerror(-file));
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
	case REGION_OLD_VDSO:
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

int stage_map(struct stage *stage, const struct plan *plan)
{
	const char *path;
	int error = 0;

	stage->plan = plan;
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		error = map_region(stage, i);
	/* Now all homes are taken, and the kernel may choose places again. */
	for (uint32_t i = 0; i < stage->object_count && !error; i++)
		error = stage_map_object(stage, i);
	if (error)
		return error;
	error = embedded_map(stage->embedded, &path);
	return error ? fail_embedded(stage, error, path) : 0;
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
			return stage_fail(stage, (int)(intptr_t)got, "the ghost cannot be mapped: %s",
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
	embedded_release(stage->embedded);
	return error;
}
