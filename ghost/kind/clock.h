/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of the clocks that count from a machine's start. */
#ifndef GHOST_KIND_CLOCK_H
#define GHOST_KIND_CLOCK_H

#include "../kind.h"

#define CLOCK_BOOT 40 /* room for a boot id */

/* Nanoseconds, all of them. */
struct clock_ghost {
	char boot[CLOCK_BOOT]; /* which start of which machine; "" unknown */
	int64_t monotonic, boottime; /* as the process sees them */
	int64_t monotonic_offset, boottime_offset; /* of its time namespace */
};

/* Zone: signal.  The clocks as they are for the caller now.  0, or -errno where
 * they cannot be told (without /proc). */
int clock_look(struct clock_ghost *clock);

/* Whether a record that has come from outside may be reckoned with. */
int clock_sane(const struct clock_ghost *clock);

#endif
