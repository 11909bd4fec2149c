/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of records in a ghost, as one table. */
#include "kind.h"

#include "kind/kinds.h"
#include "scalar.h"

/* A descriptor is offered to the kinds in this order. */
const struct kind *const kinds[] = {
	&kind_process,
	&kind_clock,
	&kind_thread,
	&kind_region,
	&kind_guard,
	&kind_descriptor,
	&kind_lock,
	&kind_registration,
	&kind_pipe,
	&kind_pipe_end,
	&kind_passed,
	&kind_unix_message,
	&kind_unix,
	&kind_outside,
	&kind_orphan_file,
	&kind_orphan,
	&kind_regular,
	&kind_directory,
	&kind_device,
	&kind_epoll,
	&kind_eventfd,
	&kind_timerfd,
	&kind_signalfd,
	&kind_pidfd,
	NULL,
};

int make_ghost_object(ghost_t *ghost, struct object *object)
{
	ghost_u32(ghost, &object->id);
	return ghost_u32(ghost, &object->flags);
}

const struct kind *kind_by_tag(uint32_t tag)
{
	for (int i = 0; kinds[i]; i++)
		if (kinds[i]->tag == tag)
			return kinds[i];
	return NULL;
}

size_t kind_largest(void)
{
	size_t largest = 0;

	for (int i = 0; kinds[i]; i++)
		if (kinds[i]->size > largest)
			largest = kinds[i]->size;
	return largest;
}
