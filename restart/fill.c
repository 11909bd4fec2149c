/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the pages of a ghost into staged memory, with all CPUs. */
#include "fill.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/codec.h"
#include "../ghost/sys.h"
#include "../ghost/task.h"
#include "stage.h"

#define STACK (64U << 10)

/* The tasks of the crew share libc's data with us and may not call it. */
struct workplace {
	unsigned char codec[CODEC_WORKSPACE];
	unsigned char packed[CHUNK_MAX];
};

struct fill {
	struct stage *stage;
	struct workplace *workplaces;
	size_t next;		/* chunk; atomic */
	int error;		/* atomic */
	size_t failed;		/* which chunk */
};

/* Where a chunk's bytes go; NULL for one that belongs to no region. */
static char *destination(const struct stage *stage, const struct chunk *chunk)
{
	const struct image *image = stage->image;
	size_t low = 0, high = image->region_count;

	if (chunk->owner & CHUNK_SHARED) {
		uint32_t object = chunk->owner & ~CHUNK_SHARED;

		if (object >= stage->object_count ||
		    chunk->address + chunk->length > stage->object_sizes[object])
			return NULL;
		return stage->objects[object] + chunk->address;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct region_ghost *region = &image->regions[middle];

		if (chunk->address >= region->end)
			low = middle + 1;
		else if (chunk->address < region->start)
			high = middle;
		else if (chunk->address + chunk->length > region->end)
			return NULL;
		else
			return (char *)stage->plan->stage[middle] +
			       (chunk->address - region->start);
	}
	return NULL;
}

static void work(void *argument, int worker)
{
	struct fill *fill = argument;
	struct stage *stage = fill->stage;
	struct workplace *workplace = &fill->workplaces[worker];

	while (!__atomic_load_n(&fill->error, __ATOMIC_RELAXED)) {
		size_t at = __atomic_fetch_add(&fill->next, 1, __ATOMIC_RELAXED);
		const struct chunk *chunk = &stage->image->chunks[at];
		char *to;
		int error;

		if (at >= stage->image->chunk_count)
			return;
		if (stage->lazy[at])
			continue;
		to = destination(stage, chunk);
		error = to ? image_read_chunk(stage->image, chunk, workplace->codec,
					      workplace->packed, to)
			   : -EBADMSG;
		if (error) {
			fill->failed = at;
			__atomic_store_n(&fill->error, error, __ATOMIC_RELAXED);
		}
	}
}

static void *map_space(size_t size)
{
	return sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int fill_pages(struct stage *stage)
{
	int workers = crew_size();
	size_t places = (size_t)workers * sizeof(struct workplace);
	struct fill fill = { .stage = stage };
	void *stacks = map_space((size_t)workers * STACK);
	int error;

	fill.workplaces = map_space(places);
	if (sys_failed(stacks) || sys_failed(fill.workplaces)) {
		snprintf(stage->error, sizeof(stage->error), "out of memory");
		return -ENOMEM;
	}
	error = crew_run(workers, work, &fill, stacks, STACK);
	if (fill.error) {
		error = fill.error;
		snprintf(stage->error, sizeof(stage->error),
			 "the ghost is damaged: the pages of %llx (%s)",
			 (unsigned long long)stage->image->chunks[fill.failed].address,
			 strerror(-error));
	} else if (error) {
		snprintf(stage->error, sizeof(stage->error), "a helper of the restart was killed");
	}
	munmap(stacks, (size_t)workers * STACK);
	munmap(fill.workplaces, places);
	return error;
}
