/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a checkpoint is compared with: the same bytes, written or packed in the plainest way. */
#ifndef BENCH_YARDSTICK_H
#define BENCH_YARDSTICK_H

#include <stddef.h>
#include <stdint.h>

struct yardstick {
	uint64_t bytes, packed;		/* of the pieces that hold data */
	int64_t write;			/* nanoseconds; 0: not measured */
	int64_t deflate, inflate;
};

int64_t yardstick_now(void);

/* The pieces are written one by one to a new file, which is synced, then removed. */
void yardstick_write(struct yardstick *yardstick, const unsigned char *memory, size_t pieces,
		     const char *path);

/* All CPUs pack the pieces with ISA-L at level 1, and unpack as much again. */
void yardstick_deflate(struct yardstick *yardstick, const unsigned char *memory, size_t pieces);

#endif
