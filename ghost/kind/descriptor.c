/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a descriptor: a number that refers to an open file description. */
#include "descriptor.h"

#include <errno.h>

#include "../scalar.h"
#include "kinds.h"

static int make_ghost_descriptor(ghost_t *ghost, void *record, size_t size)
{
	struct descriptor_ghost *descriptor = record;

	if (size != sizeof(*descriptor))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &descriptor->fd);
	ghost_u32(ghost, &descriptor->object);
	return ghost_u8(ghost, &descriptor->close_on_exec);
}

const struct kind kind_descriptor = {
	.tag = KIND_TAG('D', 'E', 'S', 'C'),
	.version = 1,
	.name = "descriptor",
	.size = sizeof(struct descriptor_ghost),
	.make = make_ghost_descriptor,
};
