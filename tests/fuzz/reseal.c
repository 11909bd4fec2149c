/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts the checksums of a broken ghost right, so that what lies behind them is tried. */
#include "reseal.h"

#include <string.h>

#include "ghost/chunk.h"
#include "ghost/crc32c.h"
#include "ghost/frame.h"
#include "ghost/header.h"

#define CHUNK_PACKED_AT 20 /* in an entry of the index, see chunk.c */
#define CHUNK_OFFSET_AT 24
#define CHUNK_CRC_AT    32
#define FRAME_LENGTH_AT 8
#define FRAME_CRC_AT    12

/* A little-endian number of `width` bytes. */
static uint64_t get(const unsigned char *bytes, size_t width)
{
	uint64_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static void put_crc(unsigned char *bytes, uint32_t crc)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(crc >> 8 * i);
}

/* The blocks at both ends: a magic, fields, a checksum. */
static void reseal_block(unsigned char *block, size_t size, const char *magic)
{
	memcpy(block, magic, 8);
	put_crc(block + size - 4, crc32c(0, block, size - 4));
}

static int inside(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

static void reseal_index(unsigned char *bytes, size_t size, struct trailer *trailer)
{
	unsigned char *entry;

	if (trailer->index_count > size / CHUNK_BYTES ||
	    !inside(trailer->index_offset, trailer->index_count * CHUNK_BYTES, size))
		return;
	entry = bytes + trailer->index_offset;
	for (uint64_t i = 0; i < trailer->index_count; i++, entry += CHUNK_BYTES) {
		uint64_t packed = get(entry + CHUNK_PACKED_AT, 4);
		uint64_t offset = get(entry + CHUNK_OFFSET_AT, 8);

		if (inside(offset, packed, size))
			put_crc(entry + CHUNK_CRC_AT, crc32c(0, bytes + offset, packed));
	}
	trailer->index_crc =
		crc32c(0, bytes + trailer->index_offset, trailer->index_count * CHUNK_BYTES);
}

static void reseal_records(unsigned char *bytes, size_t size, const struct trailer *trailer)
{
	uint64_t at = trailer->records_offset, end = at + trailer->records_size;

	if (!inside(at, trailer->records_size, size))
		return;
	while (inside(at, FRAME_HEADER, end)) {
		uint64_t length = get(bytes + at + FRAME_LENGTH_AT, 4);

		if (!inside(at + FRAME_HEADER, length, end))
			return;
		put_crc(bytes + at + FRAME_CRC_AT, crc32c(crc32c(0, bytes + at, FRAME_CRC_AT),
							  bytes + at + FRAME_HEADER, length));
		at += FRAME_HEADER + length;
	}
}

void reseal(unsigned char *bytes, size_t size)
{
	struct trailer trailer;
	unsigned char *tail;

	if (size < HEADER_SIZE + TRAILER_SIZE)
		return;
	tail = bytes + size - TRAILER_SIZE;
	reseal_block(bytes, HEADER_SIZE, "KRG\x89\r\n\x1a\n");
	reseal_block(tail, TRAILER_SIZE, "KRGhost.");
	if (trailer_unpack(&trailer, tail))
		return;
	reseal_records(bytes, size - TRAILER_SIZE, &trailer);
	reseal_index(bytes, size - TRAILER_SIZE, &trailer);
	trailer.file_size = size;
	trailer_pack(&trailer, tail);
}
