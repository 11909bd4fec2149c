/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of any kind, invented: every field filled, every limit kept. */
#ifndef TESTS_PATTERN_H
#define TESTS_PATTERN_H

#include "ghost/kind.h"
#include "ghost/medium.h"

enum pattern_size {
	PATTERN_SMALL, /* counts and lengths of a few */
	PATTERN_FULL, /* the largest that the kind takes */
};

/* Lets the kind's own maker arrive from a medium that invents its bytes, and
 * finds out which numbers it limits by trying: a test of all kinds then needs no
 * line for a new one.  `record` holds kind->size bytes, set to `before` first.
 * 0, or -errno where nothing that was tried is accepted. */
int pattern_record(const struct kind *kind, enum pattern_size size, int before, void *record);

/* The record as it stands in a ghost.  The caller closes `memory`. */
int pattern_frame(const struct kind *kind, void *record, struct medium_memory *memory);

#endif
