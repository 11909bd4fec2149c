/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a thread: its id, its name, where it continues. */
#include "thread.h"

#include <errno.h>

#include "../scalar.h"
#include "kinds.h"

static int make_ghost_thread(ghost_t *ghost, void *record, size_t size)
{
	struct thread_ghost *thread = record;

	if (size != sizeof(*thread))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &thread->tid);
	ghost_u32(ghost, &thread->flags);
	ghost_string(ghost, thread->name, sizeof(thread->name));
	ghost_u64(ghost, &thread->stack);
	ghost_u64(ghost, &thread->slot);
	ghost_u64(ghost, &thread->xstates);
	return ghost_u64(ghost, &thread->pc);
}

const struct kind kind_thread = {
	.tag = KIND_TAG('T', 'H', 'R', 'D'),
	.version = 2,
	.name = "thread",
	.size = sizeof(struct thread_ghost),
	.make = make_ghost_thread,
};
