/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The atoms of a record: fixed-width little-endian numbers, strings, buffers. */
#include "scalar.h"

#include <errno.h>
#include <string.h>

/* Byte by byte, so that the file does not depend on the order of this CPU. */
static uint64_t move_scalar(ghost_t *ghost, uint64_t value, unsigned int width)
{
	unsigned char bytes[8];

	for (unsigned int i = 0; i < width; i++)
		bytes[i] = (unsigned char)(value >> 8 * i);
	ghost_bytes(ghost, bytes, width);
	value = 0;
	for (unsigned int i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

int ghost_u8(ghost_t *ghost, uint8_t *value)
{
	*value = (uint8_t)move_scalar(ghost, *value, 1);
	return ghost->error;
}

int ghost_u16(ghost_t *ghost, uint16_t *value)
{
	*value = (uint16_t)move_scalar(ghost, *value, 2);
	return ghost->error;
}

int ghost_u32(ghost_t *ghost, uint32_t *value)
{
	*value = (uint32_t)move_scalar(ghost, *value, 4);
	return ghost->error;
}

int ghost_u64(ghost_t *ghost, uint64_t *value)
{
	*value = move_scalar(ghost, *value, 8);
	return ghost->error;
}

int ghost_i32(ghost_t *ghost, int32_t *value)
{
	*value = (int32_t)move_scalar(ghost, (uint32_t)*value, 4);
	return ghost->error;
}

int ghost_i64(ghost_t *ghost, int64_t *value)
{
	*value = (int64_t)move_scalar(ghost, (uint64_t)*value, 8);
	return ghost->error;
}

int ghost_count(ghost_t *ghost, uint32_t *count, uint32_t limit)
{
	ghost_u32(ghost, count);
	if (*count > limit) {
		*count = 0;
		return ghost_fail(ghost, -EBADMSG);
	}
	return ghost->error;
}

int ghost_buffer(ghost_t *ghost, void *data, uint32_t *length, size_t size)
{
	ghost_u32(ghost, length);
	if (*length > size) {
		*length = 0;
		ghost_fail(ghost, -E2BIG);
	}
	ghost_bytes(ghost, data, *length);
	if (ghost_arriving(ghost))
		memset((char *)data + *length, 0, size - *length);
	return ghost->error;
}

int ghost_string(ghost_t *ghost, char *string, size_t size)
{
	uint32_t length = 0;

	if (!ghost_arriving(ghost))
		length = (uint32_t)strnlen(string, size);
	ghost_buffer(ghost, string, &length, size - 1);
	if (ghost_arriving(ghost)) {
		string[size - 1] = '\0';
		if (strlen(string) != length) {
			string[0] = '\0';
			return ghost_fail(ghost, -EBADMSG);
		}
	}
	return ghost->error;
}
