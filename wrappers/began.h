/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a call began that may sleep for a limited time. */
#ifndef WRAPPERS_BEGAN_H
#define WRAPPERS_BEGAN_H

/* Zone: wrapper.  If our signal interrupts the call, it is made again with what is
 * left of its time (shim/timeout.c); the kernel does not tell how long it has
 * slept.  A handler of the program may run within the call and make such a call
 * itself, so the note of the outer one is kept and put back. */

#include <time.h>

#include "../shim/gate.h"
#include "../shim/timeout.h"
#include "real.h"

static inline void began_note(clockid_t clock, uint64_t stack)
{
	struct timespec now;

	clock = timeout_clock(clock);
	self.began.time = 0;
	if (real_get()->clock_gettime(clock, &now))
		return;
	self.began.clock = clock;
	self.began.stack = stack;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self.began.time = now.tv_sec * 1000000000LL + now.tv_nsec;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* The two stand around the call; `outer` is what began_end() is given. */
static inline struct began began_here(clockid_t clock)
{
	struct began outer = self.began;

	began_note(clock, (uint64_t)(uintptr_t)__builtin_frame_address(0));
	return outer;
}

static inline void began_end(struct began outer)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self.began = outer;
}

#endif
