/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long an interrupted call would have waited on. */
#ifndef SHIM_TIMEOUT_H
#define SHIM_TIMEOUT_H

/* Zone: signal, by the thread that was in the call.  The arguments were good
 * enough for the kernel, so they are read without asking. */

#include "again.h"

/* If the call in again->registers has a relative timeout that is still running:
 * sets deadline, left and clock, and makes nr and arguments those of a call that
 * waits until then, with again->time as its timeout.  Returns 1, or 0. */
int timeout_prepare(struct again *again);

/* The same for a socket call that SO_RCVTIMEO or SO_SNDTIMEO limits: the call made
 * first is a ppoll(2). */
int timeout_prepare_socket(struct again *again);

/* At a stop, and when a thread goes on.  Sets again->left from the deadline; or
 * the deadline from what was left, in a reborn process. */
void timeout_stop(struct again *again);
void timeout_revive(struct again *again);

/* Sets again->time: what is left now. */
void timeout_go_on(struct again *again);

/* Which clock measures a relative time on `clock`: the kernel lets nobody who sets
 * the time of day shorten a sleep (clock_nanosleep(2)). */
static inline int timeout_clock(int clock)
{
	return clock == CLOCK_REALTIME ? CLOCK_MONOTONIC : clock;
}

/* Nanoseconds on a clock. */
int64_t timeout_now(int clock);

#endif
