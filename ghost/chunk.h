/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A chunk: a run of pages, packed by one codec, somewhere in the file. */
#ifndef GHOST_CHUNK_H
#define GHOST_CHUNK_H

/* Zone: signal. */

#include <stdint.h>

#include "ghost.h"

#define CHUNK_MAX (1U << 20)	/* bytes of memory in one chunk, a multiple of the page */
#define CHUNK_BYTES 40		/* of an entry in the index */

/* Whose addresses: a process (0 is the application's first) or, with one of these bits,
 * a shared object or an embedded file, in which an address is an offset. */
#define CHUNK_SHARED 0x80000000U
#define CHUNK_FILE 0x40000000U

/* Whether it is of an embedded file: with the other bit it is a shared object's. */
#define CHUNK_IS_FILE(owner) (((owner) & (CHUNK_SHARED | CHUNK_FILE)) == CHUNK_FILE)

struct chunk {
	uint32_t owner;
	uint32_t codec;
	uint64_t address;
	uint32_t length;	/* of the memory, a multiple of the page size */
	uint32_t packed;	/* bytes in the file */
	uint64_t offset;	/* in the file; raw chunks are page-aligned */
	uint32_t crc;		/* of the bytes in the file */
};

int make_ghost_chunk(ghost_t *ghost, struct chunk *chunk);

/* Order of owner, then address. */
int chunk_compare(const void *one, const void *other);

#endif
