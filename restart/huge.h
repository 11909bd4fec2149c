/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filling plain memory with huge pages, and leaving no advice behind. */
#ifndef RESTART_HUGE_H
#define RESTART_HUGE_H

/* Fresh memory is filled several times faster in huge pages, but advising a
 * mapping to use them cannot be taken back (madvise(2) knows only the opposite
 * advice), and the program would see it.  So each worker fills a huge page of a
 * mapping of its own, and UFFDIO_MOVE (Linux 6.8, no privilege needed) hangs that
 * page into the program's mapping, without a copy. */

#include <stddef.h>
#include <stdint.h>

#define HUGE_SIZE (2ULL << 20)

struct huge {
	int file;	/* a userfaultfd, or -1: not to be had here */
};

/* Zone: free. */
void huge_open(struct huge *huge);

/* Lets pages be moved into this anonymous private mapping.  0 or -errno. */
int huge_take_part(struct huge *huge, uint64_t start, uint64_t size);

/* A place to fill, HUGE_SIZE bytes and aligned so; NULL without memory. */
void *huge_staging(void);

/* Zone: signal.  Moves the staging place's page to `to`; it is fresh again after.
 * Where that fails the bytes are copied. */
void huge_move(const struct huge *huge, void *staging, void *to);

void huge_close(struct huge *huge);

#endif
