/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first page and the last bytes of a ghost file. */
#include "header.h"

#include <errno.h>
#include <string.h>

#include "crc32c.h"
#include "medium.h"
#include "scalar.h"

/* As in PNG: the control characters show a file that went through a text mode. */
static const char header_magic[8] = "KRG\x89\r\n\x1a\n";
static const char trailer_magic[8] = "KRGhost.";

/* Each is: magic, fields, zeros, and a checksum in the last four bytes. */
static int make_header(ghost_t *ghost, struct header *header)
{
	ghost_u32(ghost, &header->format);
	ghost_u32(ghost, &header->machine);
	ghost_u32(ghost, &header->page_size);
	make_ghost_machine(ghost, &header->cpu);
	ghost_u64(ghost, &header->anchor);
	ghost_u64(ghost, &header->entry);
	ghost_u32(ghost, &header->contract);
	return make_ghost_machine_more(ghost, &header->cpu);
}

static int make_trailer(ghost_t *ghost, struct trailer *trailer)
{
	ghost_u64(ghost, &trailer->records_offset);
	ghost_u64(ghost, &trailer->records_size);
	ghost_u64(ghost, &trailer->index_offset);
	ghost_u64(ghost, &trailer->index_count);
	ghost_u32(ghost, &trailer->index_crc);
	ghost_u64(ghost, &trailer->file_size);
	return ghost->error;
}

/* A memory medium over a caller's block: it may fill it, not grow it. */
static void open_block(ghost_t *ghost, struct medium_memory *memory, enum ghost_way way,
		       unsigned char *block, size_t size)
{
	medium_memory_read(memory, block, size - 4);
	memory->position = sizeof(header_magic);
	ghost_open(ghost, way, GHOST_CHECKPOINT, &memory->medium);
}

static void seal(unsigned char *block, size_t size, const char magic[8])
{
	uint32_t crc;

	memcpy(block, magic, 8);
	crc = crc32c(0, block, size - 4);
	for (int i = 0; i < 4; i++)
		block[size - 4 + (size_t)i] = (unsigned char)(crc >> 8 * i);
}

static int check_seal(const unsigned char *block, size_t size, const char magic[8])
{
	uint32_t crc = 0;

	if (memcmp(block, magic, 8))
		return -ENOEXEC;
	for (int i = 0; i < 4; i++)
		crc |= (uint32_t)block[size - 4 + (size_t)i] << 8 * i;
	return crc == crc32c(0, block, size - 4) ? 0 : -EBADMSG;
}

int header_look(int fd)
{
	char magic[sizeof(header_magic)];
	int error = medium_file_read_at(fd, magic, sizeof(magic), 0);

	if (error == -EBADMSG)		/* shorter than that */
		return -ENOEXEC;
	return error ? error : memcmp(magic, header_magic, sizeof(magic)) ? -ENOEXEC : 0;
}

int header_pack(const struct header *header, unsigned char page[HEADER_SIZE])
{
	struct header copy = *header;
	struct medium_memory memory;
	ghost_t ghost;

	memset(page, 0, HEADER_SIZE);
	open_block(&ghost, &memory, GHOST_LEAVING, page, HEADER_SIZE);
	make_header(&ghost, &copy);
	seal(page, HEADER_SIZE, header_magic);
	return ghost.error;
}

int header_unpack(struct header *header, const unsigned char page[HEADER_SIZE])
{
	struct medium_memory memory;
	ghost_t ghost;
	int error = check_seal(page, HEADER_SIZE, header_magic);

	if (error)
		return error;
	open_block(&ghost, &memory, GHOST_ARRIVING, (unsigned char *)page, HEADER_SIZE);
	make_header(&ghost, header);
	if (!ghost.error && header->format != HEADER_FORMAT)
		return -EPROTONOSUPPORT;
	return ghost.error;
}

int trailer_pack(const struct trailer *trailer, unsigned char bytes[TRAILER_SIZE])
{
	struct trailer copy = *trailer;
	struct medium_memory memory;
	ghost_t ghost;

	memset(bytes, 0, TRAILER_SIZE);
	open_block(&ghost, &memory, GHOST_LEAVING, bytes, TRAILER_SIZE);
	make_trailer(&ghost, &copy);
	seal(bytes, TRAILER_SIZE, trailer_magic);
	return ghost.error;
}

int trailer_unpack(struct trailer *trailer, const unsigned char bytes[TRAILER_SIZE])
{
	struct medium_memory memory;
	ghost_t ghost;
	int error = check_seal(bytes, TRAILER_SIZE, trailer_magic);

	if (error)
		return error;
	open_block(&ghost, &memory, GHOST_ARRIVING, (unsigned char *)bytes, TRAILER_SIZE);
	make_trailer(&ghost, trailer);
	return ghost.error;
}
