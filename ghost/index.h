/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of a ghost: (owner, address) to chunk. */
#ifndef GHOST_INDEX_H
#define GHOST_INDEX_H

/* Zone: signal for index_write; the array belongs to the caller. */

#include <stddef.h>

#include "chunk.h"

/* Packs `count` chunks to `offset` of the file `fd`; *crc becomes their checksum. */
int index_write(int fd, uint64_t offset, struct chunk *chunks, size_t count, uint32_t *crc);

/* Unpacks `count` entries from the `size` bytes of `data` and checks each: page
 * multiples, no overlap, inside a file of `file_size` bytes.  Sorts them. */
int index_read(const void *data, size_t size, struct chunk *chunks, size_t count,
	       uint64_t file_size, uint32_t page_size);

/* The first chunk of `owner` that ends behind `address`; may be `count`. */
size_t index_find(const struct chunk *chunks, size_t count, uint32_t owner, uint64_t address);

#endif
