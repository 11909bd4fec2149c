/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A chunk: a run of pages, packed by one codec, somewhere in the file. */
#include "chunk.h"

#include <errno.h>

#include "scalar.h"

int make_ghost_chunk(ghost_t *ghost, struct chunk *chunk)
{
	uint32_t zero = 0;

	ghost_u32(ghost, &chunk->owner);
	ghost_u32(ghost, &chunk->codec);
	ghost_u64(ghost, &chunk->address);
	ghost_count(ghost, &chunk->length, CHUNK_MAX);
	ghost_count(ghost, &chunk->packed, CHUNK_MAX);
	ghost_u64(ghost, &chunk->offset);
	ghost_u32(ghost, &chunk->crc);
	ghost_u32(ghost, &zero);
	return ghost->error;
}

int chunk_compare(const void *one, const void *other)
{
	const struct chunk *a = one, *b = other;

	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return 0;
}
