/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of guard pages inside a region (MADV_GUARD_INSTALL, Linux 6.13). */
#include "guard.h"

#include <errno.h>

#include "../scalar.h"
#include "kinds.h"

static int make_ghost_guard(ghost_t *ghost, void *record, size_t size)
{
	struct guard_ghost *guard = record;

	if (size != sizeof(*guard))
		return ghost_fail(ghost, -EINVAL);
	ghost_u64(ghost, &guard->start);
	return ghost_u64(ghost, &guard->end);
}

const struct kind kind_guard = {
	.tag = KIND_TAG('G', 'U', 'A', 'R'),
	.version = 1,
	.name = "guard",
	.size = sizeof(struct guard_ghost),
	.make = make_ghost_guard,
};
