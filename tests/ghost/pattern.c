/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of any kind, invented: every field filled, every limit kept. */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READS_MAX 4096

/* What a limited number may be, in the order in which it is tried. */
static const uint32_t limited[][14] = {
	[PATTERN_SMALL] = { 5, 2, 1 },
	[PATTERN_FULL] = { 1U << 20, 4096, 4095, 1024, 253, 108, 64, 63, 32, 31, 15, 5, 2, 1 },
};

/* A medium that has whatever it is asked for. */
struct inventor {
	struct medium medium;
	const uint32_t *limited;
	size_t reads;
	unsigned char tried[READS_MAX]; /* per read: 0 the pattern, else limited[tried - 1] */
};

/* Never zero: a byte that was forgotten shows, and strings have no end inside. */
static int invent(struct medium *medium, void *data, size_t size)
{
	struct inventor *inventor = (struct inventor *)medium;
	unsigned char *bytes = data;
	unsigned int tried;

	if (inventor->reads == READS_MAX)
		return -E2BIG;
	tried = inventor->tried[inventor->reads];
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(1 + (inventor->reads * 31 + i * 7) % 255);
	for (size_t i = 0; tried && i < size; i++)
		bytes[i] = (unsigned char)(inventor->limited[tried - 1] >> 8 * i);
	inventor->reads++;
	return 0;
}

static const struct medium_ops inventor_ops = { .read = invent };

/* After an error nothing is read any more, so the last read is to blame. */
int pattern_record(const struct kind *kind, enum pattern_size size, int before, void *record)
{
	struct inventor inventor = { .medium = { &inventor_ops }, .limited = limited[size] };
	ghost_t ghost;
	unsigned char *tried;

	for (;;) {
		memset(record, before, kind->size);
		inventor.reads = 0;
		ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &inventor.medium);
		kind->make(&ghost, record, kind->size);
		if (!ghost.error || !inventor.reads)
			return ghost.error;
		tried = &inventor.tried[inventor.reads - 1];
		if (*tried == sizeof(limited[0]) / sizeof(limited[0][0]) || !limited[size][*tried])
			return ghost.error;
		(*tried)++;
	}
}

int pattern_frame(const struct kind *kind, void *record, struct medium_memory *memory)
{
	ghost_t ghost;
	int error = medium_memory_write(memory, 4096);

	if (error)
		return error;
	ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &memory->medium);
	return frame_put(&ghost, kind->tag, kind->version, kind->make, record, kind->size);
}
