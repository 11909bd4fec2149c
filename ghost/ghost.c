/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost in the making or in the reading: a way, an aim, a medium, a first error. */
#include "ghost.h"

#include <string.h>

#include "medium.h"

void ghost_open(ghost_t *ghost, enum ghost_way way, enum ghost_aim aim, struct medium *medium)
{
	ghost->way = way;
	ghost->aim = aim;
	ghost->error = 0;
	ghost->medium = medium;
}

int ghost_fail(ghost_t *ghost, int error)
{
	if (!ghost->error)
		ghost->error = error;
	return ghost->error;
}

int ghost_bytes(ghost_t *ghost, void *data, size_t size)
{
	int error = ghost->error;

	if (!error)
		error = ghost_arriving(ghost) ? medium_read(ghost->medium, data, size)
					      : medium_write(ghost->medium, data, size);
	if (error) {
		ghost_fail(ghost, error);
		if (ghost_arriving(ghost))
			memset(data, 0, size);
	}
	return ghost->error;
}
