/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks that go on from where they were, on another machine or after its next start. */
#ifndef RESTART_CLOCKS_H
#define RESTART_CLOCKS_H

/* CLOCK_MONOTONIC and CLOCK_BOOTTIME count from a machine's start.  A program that
 * has come from another start would see them jump, perhaps back, and its deadlines
 * with them.  A time namespace moves both by an offset. */

#include "../ghost/image.h"

struct clocks {
	int64_t monotonic, boottime; /* offsets of a time namespace, nanoseconds */
};

/* Whether the program's clocks need other offsets than they have `here`, and which.
 * On the same start of the same machine time has simply passed. */
int clocks_differ(const struct clock_ghost *was, const struct clock_ghost *here,
		  struct clocks *wanted);

/* Puts the processes that the caller makes from now on into a time namespace, where
 * one is needed; `self`: and the caller, which has one thread.  0, or -errno. */
int clocks_enter(const struct image *image, int self);

#endif
