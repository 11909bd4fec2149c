/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame around a record: tag, version, length and checksum. */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "crc32c.h"
#include "scalar.h"

static void make_frame_header(ghost_t *ghost, struct frame *frame, uint32_t *crc)
{
	uint16_t zero = 0;

	ghost_u32(ghost, &frame->tag);
	ghost_u16(ghost, &frame->version);
	ghost_u16(ghost, &zero);
	ghost_u32(ghost, &frame->length);
	ghost_u32(ghost, crc);
	if (zero)
		ghost_fail(ghost, -EBADMSG);
}

/* The checksum covers the first twelve bytes of the header too: a flipped tag
 * must not turn a record into one that is silently skipped. */
static uint32_t frame_crc(const unsigned char *header, const unsigned char *payload, size_t length)
{
	return crc32c(crc32c(0, header, FRAME_HEADER - 4), payload, length);
}

int frame_put(ghost_t *ghost, uint32_t tag, uint16_t version, frame_make_t make, void *record,
	      size_t size)
{
	struct medium_memory *memory = (struct medium_memory *)ghost->medium;
	struct frame frame = { .tag = tag, .version = version };
	size_t start = memory->position, end;
	uint32_t crc = 0;

	make_frame_header(ghost, &frame, &crc);
	make(ghost, record, size);
	if (ghost->error) {
		memory->position = start;
		return ghost->error;
	}
	end = memory->position;
	if (end - start - FRAME_HEADER > UINT32_MAX)
		return ghost_fail(ghost, -E2BIG);
	frame.length = (uint32_t)(end - start - FRAME_HEADER);
	memory->position = start;
	make_frame_header(ghost, &frame, &crc);
	crc = frame_crc(memory->data + start, memory->data + start + FRAME_HEADER, frame.length);
	memory->position = start + FRAME_HEADER - 4;
	ghost_u32(ghost, &crc);
	memory->position = end;
	return ghost->error;
}

int frame_next(ghost_t *ghost, struct frame *frame)
{
	struct medium_memory *memory = (struct medium_memory *)ghost->medium;
	size_t start = memory->position;
	uint32_t crc;

	memset(frame, 0, sizeof(*frame));
	if (ghost->error)
		return ghost->error;
	if (start == memory->size)
		return 0;
	make_frame_header(ghost, frame, &crc);
	if (ghost->error)
		return ghost->error;
	if (frame->length > memory->size - memory->position)
		return ghost_fail(ghost, -EBADMSG);
	frame->payload = memory->data + memory->position;
	if (frame_crc(memory->data + start, frame->payload, frame->length) != crc)
		return ghost_fail(ghost, -EBADMSG);
	memory->position += frame->length;
	return 1;
}

int frame_take(const struct frame *frame, uint16_t version, frame_make_t make, void *record,
	       size_t size)
{
	struct medium_memory memory;
	ghost_t ghost;

	medium_memory_read(&memory, frame->payload, frame->length);
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
	make(&ghost, record, size);
	if (!ghost.error && memory.position != memory.size && frame->version <= version)
		ghost_fail(&ghost, -EBADMSG);
	return ghost.error;
}
