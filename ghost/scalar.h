/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The atoms of a record: fixed-width little-endian numbers, strings, buffers. */
#ifndef GHOST_SCALAR_H
#define GHOST_SCALAR_H

/* Zone: signal.  Each returns 0 or the ghost's first error. */

#include "ghost.h"

int ghost_u8(ghost_t *ghost, uint8_t *value);
int ghost_u16(ghost_t *ghost, uint16_t *value);
int ghost_u32(ghost_t *ghost, uint32_t *value);
int ghost_u64(ghost_t *ghost, uint64_t *value);
int ghost_i32(ghost_t *ghost, int32_t *value);
int ghost_i64(ghost_t *ghost, int64_t *value);

/* A terminated string in an array of `size` bytes: -E2BIG where it does not
 * fit, -EBADMSG where it arrives with a zero inside. */
int ghost_string(ghost_t *ghost, char *string, size_t size);

/* `*length` bytes of an array that holds `size`: -E2BIG where more is claimed.
 * What lies behind the length is zeroed on arrival. */
int ghost_buffer(ghost_t *ghost, void *data, uint32_t *length, size_t size);

/* A count that may not exceed `limit`: -EBADMSG where it does. */
int ghost_count(ghost_t *ghost, uint32_t *count, uint32_t limit);

#endif
