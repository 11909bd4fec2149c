/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building the program's memory at the places that the plan chose. */
#ifndef RESTART_STAGE_H
#define RESTART_STAGE_H

/* Zone: free, in the process to be.  Between the reading of the maps that the
 * plan was made from and the end of stage_map() nothing may allocate: what the
 * kernel placed by itself could lie where a region belongs. */

#include "../ghost/image.h"
#include "embedded.h"
#include "plan.h"

/* Where the pages of a ghost are mapped from, so that the next checkpoint knows
 * them for the program's own memory; as /proc/self/maps shows it. */
struct stage_backing {
	uint64_t device, inode;
};

struct stage {
	const struct image *image;
	const struct embedded *embedded;
	const struct plan *plan;
	const struct revive *revive;	/* where the files without a name are */
	int eager;
	int ghost;		/* descriptor of the image */
	unsigned char *lazy;	/* of each chunk: mapped, or the kernel's: need not be read */
	char **objects;		/* of each shared object: where it is mapped whole */
	uint64_t *object_sizes;
	uint32_t object_count;
	struct stage_backing backing;
	struct landing_range *lazy_ranges;	/* what is mapped from the ghost */
	size_t lazy_count;
	char error[512];	/* one line, where a function failed */
};

/* Before the maps are read: what needs memory. */
int stage_prepare(struct stage *stage, const struct image *image, const struct embedded *embedded,
		  const struct revive *revive, int eager);

/* Maps every region; then reads the pages, with all CPUs; then gives the regions
 * their own protection, advice, locks and names.  0 or -errno and stage->error. */
int stage_map(struct stage *stage, const struct plan *plan);
int stage_fill(struct stage *stage);
int stage_finish(struct stage *stage);

/* For its parts (objects.c, finish.c): notes what went wrong, and returns `error`;
 * one shared object at all its places. */
int stage_fail(struct stage *stage, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int stage_map_object(struct stage *stage, uint32_t object);

static inline uint64_t stage_size_of(const struct region_ghost *region)
{
	return region->end - region->start;
}

#endif
