/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a region of memory (one line of /proc/PID/maps). */
#include "region.h"

#include <errno.h>

#include "../scalar.h"
#include "kinds.h"

static int make_ghost_region(ghost_t *ghost, void *record, size_t size)
{
	struct region_ghost *region = record;

	if (size != sizeof(*region))
		return ghost_fail(ghost, -EINVAL);
	ghost_u64(ghost, &region->start);
	ghost_u64(ghost, &region->end);
	ghost_u64(ghost, &region->offset);
	ghost_u32(ghost, &region->prot);
	ghost_u32(ghost, &region->type);
	ghost_u32(ghost, &region->flags);
	ghost_u32(ghost, &region->object);
	return make_ghost_file_identity(ghost, &region->file);
}

const struct kind kind_region = {
	.tag = KIND_TAG('R', 'E', 'G', 'N'),
	.version = 1,
	.name = "region",
	.size = sizeof(struct region_ghost),
	.make = make_ghost_region,
};
