/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the pages of a ghost into staged memory, with all CPUs. */
#include "fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/codec.h"
#include "../ghost/sys.h"
#include "../ghost/task.h"
#include "huge.h"
#include "stage.h"

#define STACK (64U << 10)

/* The tasks of the crew share libc's data with us and may not call it. */
struct workplace {
	unsigned char codec[CODEC_WORKSPACE];
	unsigned char packed[CHUNK_MAX];
	char *staging;		/* room for a huge page, or NULL */
};

struct fill {
	struct stage *stage;
	struct workplace *workplaces;
	struct huge huge;
	unsigned char *huge_region;	/* of each region: may be filled with huge pages */
	size_t next;		/* chunk; atomic */
	int error;		/* atomic */
	size_t failed;		/* which chunk */
};

/* The region of a private chunk; image->region_count for one that has none. */
static size_t region_of(const struct image *image, const struct chunk *chunk)
{
	size_t low = 0, high = image->region_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct region_ghost *region = &image->regions[middle];

		if (chunk->address >= region->end)
			low = middle + 1;
		else if (chunk->address < region->start)
			high = middle;
		else
			return chunk->address + chunk->length <= region->end ? middle
									     : image->region_count;
	}
	return image->region_count;
}

/* Where a chunk's bytes go; NULL for one that belongs nowhere. */
static char *destination(const struct stage *stage, const struct chunk *chunk)
{
	uint32_t object = chunk->owner & ~CHUNK_SHARED;
	size_t region;

	if (CHUNK_IS_FILE(chunk->owner))
		return embedded_place(stage->embedded, chunk);
	if (!(chunk->owner & CHUNK_SHARED)) {
		region = region_of(stage->image, chunk);
		return region == stage->image->region_count
			       ? NULL
			       : (char *)stage->plan->stage[region] +
					 (chunk->address - stage->image->regions[region].start);
	}
	if (object >= stage->object_count ||
	    chunk->address + chunk->length > stage->object_sizes[object])
		return NULL;
	return stage->objects[object] + chunk->address;
}

/* Whether the chunk and the next one fill a huge page. */
static int begins_huge_page(const struct fill *fill, size_t at)
{
	const struct image *image = fill->stage->image;
	const struct chunk *chunk = &image->chunks[at], *next = chunk + 1;
	size_t region;

	if (fill->huge.file < 0 || at + 1 >= image->chunk_count || chunk->owner || next->owner ||
	    chunk->length + (uint64_t)next->length != HUGE_SIZE ||
	    next->address != chunk->address + chunk->length || fill->stage->lazy[at] ||
	    fill->stage->lazy[at + 1])
		return 0;
	region = region_of(image, chunk);
	return region < image->region_count && region == region_of(image, next) &&
	       fill->huge_region[region] &&
	       (uintptr_t)destination(fill->stage, chunk) % HUGE_SIZE == 0;
}

static int read_chunk(const struct fill *fill, size_t at, struct workplace *workplace, char *to)
{
	if (!to)
		return -EBADMSG;
	return image_read_chunk(fill->stage->image, &fill->stage->image->chunks[at],
				workplace->codec, workplace->packed, to);
}

static int fill_huge(const struct fill *fill, size_t at, struct workplace *workplace)
{
	const struct chunk *chunk = &fill->stage->image->chunks[at];
	char *staging = workplace->staging;
	int error = read_chunk(fill, at, workplace, staging);

	if (!error)
		error = read_chunk(fill, at + 1, workplace, staging + chunk->length);
	if (!error)
		huge_move(&fill->huge, staging, destination(fill->stage, chunk));
	return error;
}

static int fill_one(const struct fill *fill, size_t at, struct workplace *workplace)
{
	if (fill->stage->lazy[at] || (at && begins_huge_page(fill, at - 1)) ||
	    embedded_spare(fill->stage->embedded, &fill->stage->image->chunks[at]))
		return 0;
	if (begins_huge_page(fill, at))
		return fill_huge(fill, at, workplace);
	return read_chunk(fill, at, workplace,
			  destination(fill->stage, &fill->stage->image->chunks[at]));
}

static void work(void *argument, int worker)
{
	struct fill *fill = argument;

	while (!__atomic_load_n(&fill->error, __ATOMIC_RELAXED)) {
		size_t at = __atomic_fetch_add(&fill->next, 1, __ATOMIC_RELAXED);
		int error;

		if (at >= fill->stage->image->chunk_count)
			return;
		error = fill_one(fill, at, &fill->workplaces[worker]);
		if (error) {
			fill->failed = at;
			__atomic_store_n(&fill->error, error, __ATOMIC_RELAXED);
		}
	}
}

/* Plain memory only: what the program gave advice about, or has locked, is
 * filled in place. */
static int may_be_huge(const struct region_ghost *region)
{
	return region->type == REGION_ANONYMOUS && region->end - region->start >= HUGE_SIZE &&
	       !(region->flags & (REGION_GROWSDOWN | REGION_NOHUGEPAGE | REGION_LOCKED));
}

static void prepare_huge(struct fill *fill, int workers)
{
	const struct image *image = fill->stage->image;

	fill->huge_region = calloc(image->region_count + 1, 1);
	huge_open(&fill->huge);
	for (int i = 0; i < workers && fill->huge.file >= 0; i++) {
		fill->workplaces[i].staging = huge_staging();
		if (!fill->workplaces[i].staging || !fill->huge_region)
			huge_close(&fill->huge);
	}
	for (size_t i = 0; i < image->region_count && fill->huge.file >= 0; i++)
		if (may_be_huge(&image->regions[i]))
			fill->huge_region[i] =
				!huge_take_part(&fill->huge, fill->stage->plan->stage[i],
						image->regions[i].end - image->regions[i].start);
}

static void *map_space(size_t size)
{
	return sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static void tell_damage(const struct fill *fill)
{
	struct stage *stage = fill->stage;
	const struct chunk *chunk = &stage->image->chunks[fill->failed];

	snprintf(stage->error, sizeof(stage->error),
		 "the ghost is damaged: the pages of %s%s%llx (%s)",
		 embedded_path(stage->embedded, chunk), CHUNK_IS_FILE(chunk->owner) ? " at " : "",
		 (unsigned long long)chunk->address, strerror(-fill->error));
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
	prepare_huge(&fill, workers);
	error = crew_run(workers, work, &fill, stacks, STACK);
	huge_close(&fill.huge);
	free(fill.huge_region);
	if (fill.error) {
		error = fill.error;
		tell_damage(&fill);
	} else if (error) {
		snprintf(stage->error, sizeof(stage->error), "a helper of the restart was killed");
	}
	munmap(stacks, (size_t)workers * STACK);
	munmap(fill.workplaces, places);
	return error;
}
