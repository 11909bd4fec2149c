/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stopping every thread of the process, and letting them go on. */
#ifndef SHIM_QUIESCE_H
#define SHIM_QUIESCE_H

/* Zone: signal.
 *
 * The leader begins a turn and starts a task that shares the memory but has a
 * descriptor table of its own: the threads that still run must not see
 * descriptors come and go.  That task lists /proc/…/task again and again and
 * signals each thread that it meets for the first time, until two listings in a
 * row show nobody who has not stopped: after the first, nobody is left who could
 * make a thread; the second shows those made meanwhile. */

#include <stdint.h>

#include "slot.h"

#define STOP_ENTRIES 65536	/* a power of two; threads at most three quarters of it */

/* What is known of one thread while it is being stopped. */
struct stop_entry {
	uint32_t tid;
	uint32_t signalled;
	uint32_t parked;
	uint32_t ended;		/* a zombie: the main thread, after pthread_exit */
	uint32_t unblocked;	/* it had blocked our signal, and that was seen to */
	int64_t since;		/* when it was signalled, nanoseconds */
	/* /proc/PID/task/TID/syscall just before the signal; nr -1 when running */
	int64_t nr;
	uint64_t stack_pointer, program_counter;
};

struct quiesce {
	uint32_t turn;			/* odd */
	struct stop_entry *entries;	/* a hash by tid, of STOP_ENTRIES */
	uint32_t threads;		/* found, without the leader */
	uint32_t stuck;			/* tid that did not stop in time, or 0 */
	int64_t stuck_call;
	char stuck_state;
	int error;
	int finished;			/* the stopping task came to its end */
};

/* The leader: stops all other threads.  0 or -errno (-ETIMEDOUT with `stuck`). */
int quiesce_stop(struct quiesce *quiesce, struct stop_entry *entries, void *stack_top);

/* The leader: ends the turn; every stopped thread goes on. */
void quiesce_release(void);

/* Any other thread, in its handler: stops until the turn ends.  Does not return. */
void quiesce_park(struct slot *slot);

/* A stopped thread: waits until `turn` is over, and meanwhile does what the leader
 * asks of its slot (pending.h). */
void quiesce_wait(struct slot *slot, uint32_t turn);

/* The leader: has asked something of a stopped thread. */
void quiesce_ring(void);

/* The process has only this thread. */
int quiesce_is_alone(void);

/* True where this thread has been asked to stop in the turn under way and has not. */
int quiesce_awaits(uint32_t tid);

#endif
