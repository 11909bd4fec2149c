/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame around a record: tag, version, length and checksum. */
#ifndef GHOST_FRAME_H
#define GHOST_FRAME_H

/* Zone: signal.  Records lie in a medium in memory; see doc/format.md. */

#include "ghost.h"
#include "medium.h"

#define FRAME_HEADER 16	/* tag u32, version u16, zero u16, length u32, crc u32 */

/* One record's fields, both ways.  `size` is that of the record, as a check
 * that maker and record belong together. */
typedef int (*frame_make_t)(ghost_t *ghost, void *record, size_t size);

/* Leaving: writes one framed record into the memory medium of the ghost. */
int frame_put(ghost_t *ghost, uint32_t tag, uint16_t version, frame_make_t make, void *record,
	      size_t size);

struct frame {
	uint32_t tag;
	uint16_t version;
	uint32_t length;
	const unsigned char *payload;
};

/* Arriving: finds the next frame, checks its checksum and steps behind it.
 * Returns 1, 0 at the end, or -errno.  A tag that the caller does not know is
 * skipped by doing nothing with it. */
int frame_next(ghost_t *ghost, struct frame *frame);

/* Fills `record` from a frame.  Bytes that the maker does not take are an error
 * (-EBADMSG) unless the frame's version is newer than `version`. */
int frame_take(const struct frame *frame, uint16_t version, frame_make_t make, void *record,
	       size_t size);

#endif
