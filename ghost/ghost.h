/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost in the making or in the reading: a way, an aim, a medium, a first error. */
#ifndef GHOST_GHOST_H
#define GHOST_GHOST_H

/* Zone: signal.  One ghost_t belongs to one task at a time.
 *
 * Every record has one function make_ghost_x(ghost, record) that names each of
 * its fields once.  Leaving, the fields go from the record to the medium;
 * arriving, from the medium into the record.  The two cannot drift apart. */

#include <stddef.h>
#include <stdint.h>

enum ghost_way {
	GHOST_LEAVING,
	GHOST_ARRIVING,
};

enum ghost_aim {
	GHOST_CHECKPOINT,
	GHOST_MIGRATION,
	GHOST_DUPLICATION,
};

struct medium;

typedef struct ghost {
	enum ghost_way way;
	enum ghost_aim aim;
	int error;		/* 0 or the first -errno; after it nothing moves */
	struct medium *medium;	/* not owned */
} ghost_t;

void ghost_open(ghost_t *ghost, enum ghost_way way, enum ghost_aim aim, struct medium *medium);

/* Remembers `error` (-errno) unless there is one already; returns the first. */
int ghost_fail(ghost_t *ghost, int error);

/* Moves `size` bytes between the medium and `data`.  Arriving after an error,
 * the bytes are zeroed, so that a maker never works with what was there before.
 * Returns 0 or the first error. */
int ghost_bytes(ghost_t *ghost, void *data, size_t size);

static inline int ghost_arriving(const ghost_t *ghost)
{
	return ghost->way == GHOST_ARRIVING;
}

#endif
