/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of a ghost: (owner, address) to chunk. */
#include "index.h"

#include <errno.h>
#include <stdlib.h>

#include "crc32c.h"
#include "medium.h"
#include "scalar.h"

#define BATCH 64	/* entries packed at a time: 2.5 KiB of stack */

int index_write(int fd, uint64_t offset, struct chunk *chunks, size_t count, uint32_t *crc)
{
	unsigned char bytes[BATCH * CHUNK_BYTES];
	int error = 0;

	*crc = 0;
	for (size_t done = 0; done < count && !error;) {
		struct medium_memory memory;
		ghost_t ghost;

		medium_memory_read(&memory, bytes, sizeof(bytes));
		ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &memory.medium);
		for (size_t i = 0; i < BATCH && done < count; i++)
			make_ghost_chunk(&ghost, &chunks[done++]);
		*crc = crc32c(*crc, bytes, memory.position);
		error = ghost.error;
		if (!error)
			error = medium_file_write_at(fd, bytes, memory.position, offset);
		offset += memory.position;
	}
	return error;
}

static int chunk_sane(const struct chunk *chunk, uint64_t file_size, uint32_t page_size)
{
	return chunk->length && chunk->length % page_size == 0 &&
	       chunk->address % page_size == 0 &&
	       chunk->address + chunk->length > chunk->address &&
	       chunk->packed && chunk->packed <= file_size &&
	       chunk->offset <= file_size - chunk->packed;
}

int index_read(const void *data, size_t size, struct chunk *chunks, size_t count,
	       uint64_t file_size, uint32_t page_size)
{
	struct medium_memory memory;
	ghost_t ghost;

	medium_memory_read(&memory, data, size);
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
	for (size_t i = 0; i < count; i++) {
		make_ghost_chunk(&ghost, &chunks[i]);
		if (!ghost.error && !chunk_sane(&chunks[i], file_size, page_size))
			ghost_fail(&ghost, -EBADMSG);
	}
	if (ghost.error)
		return ghost.error;
	qsort(chunks, count, sizeof(*chunks), chunk_compare);
	for (size_t i = 1; i < count; i++)
		if (chunks[i].owner == chunks[i - 1].owner &&
		    chunks[i].address - chunks[i - 1].address < chunks[i - 1].length)
			return -EBADMSG;
	return 0;
}

size_t index_find(const struct chunk *chunks, size_t count, uint32_t owner, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct chunk *chunk = &chunks[middle];

		if (chunk->owner < owner ||
		    (chunk->owner == owner && chunk->address + chunk->length <= address))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
