/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* POSIX timers (timer_create(2)) of the process. */
#ifndef SHIM_TIMERS_H
#define SHIM_TIMERS_H

/* Zone: signal.  Kept in the anchor, so they travel in the memory of the ghost. */

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define TIMERS_MAX 256

struct timer_state {
	int32_t id, clock;
	int32_t signal, notify, thread;	/* SIGEV_*, and the tid for SIGEV_THREAD_ID */
	uint64_t value;			/* sigev_value */
	struct itimerspec setting;	/* what is left, and the interval */
	int32_t absolute;		/* it was set to a moment, not to a time from now on */
	struct timespec now, expiry;	/* of its clock: when captured, and that moment */
};

/* What the kernel does not tell of a timer. */
struct timer_note {
	uint32_t used;		/* 0 free, else the timer's id and 1 */
	int32_t clock;		/* of a CPU; 0 for all others */
	uint32_t absolute;
};

struct timers_state {
	uint32_t count;
	struct timer_state timer[TIMERS_MAX];
	struct timer_note note[TIMERS_MAX];
};

/* From now on timer_create(2) gives the number that stands where it puts it, or
 * no longer.  -EINVAL before Linux 6.15. */
int timers_choose_ids(int wanted);

/* By the leader, all timers but number `ours` (-1: none); `list` is room for the
 * text of /proc/self/timers.  0, or -E2BIG for more timers than there is room for,
 * or -errno where /proc cannot be read. */
int timers_capture(struct timers_state *timers, int ours, char *list, size_t size);

/* The parser alone, for tests: adds what the text tells to `timers`.  0 or -E2BIG. */
int timers_parse(const char *list, int ours, struct timers_state *timers);

/* In the reborn process, when all its threads are there: the same ids again. */
int timers_revive(const struct timers_state *timers);

/* For the wrappers: the note of a timer with that id, or NULL; a new one where
 * there is none and `make`. */
struct timer_note *timers_note(struct timers_state *timers, int id, int make);

/* A child has none of its parent's timers. */
void timers_forget(struct timers_state *timers);

#endif
