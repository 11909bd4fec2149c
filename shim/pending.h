/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals that wait, because the program has blocked them. */
#ifndef SHIM_PENDING_H
#define SHIM_PENDING_H

/* Zone: signal.  The kernel shows which signals wait, but not with what
 * information, and it queues some of them: so they are taken out, noted, and put
 * back.  Only a thread itself can take those that were sent to it alone, and only
 * the main thread may put back what others sent to the process; the leader lets
 * them do it while they are stopped.  Where nothing waits, nothing is done. */

#include <signal.h>
#include <stdint.h>

#include "slot.h"

#define PENDING_MAX 1024

struct pending_signal {
	uint32_t tid;		/* 0: sent to the process */
	uint32_t request;	/* for a checkpoint: put back, but not revived */
	siginfo_t info;
};

enum pending_command {
	PENDING_NOTHING,
	PENDING_OWN,	/* note those sent to this thread */
	PENDING_ALL,	/* and those sent to the process: the main thread */
};

/* A thread that stops: what waits for it or for the process, as a set.  0 or -errno. */
int pending_look(struct slot *slot);

/* A stopped thread that was woken: does what the leader asks, if anything. */
void pending_serve(struct slot *slot);

/* The leader, when all are stopped.  0, -E2BIG, -errno of /proc, or -EAGAIN where
 * RLIMIT_SIGPENDING would not let them wait again. */
int pending_capture(struct slot *leader);

/* In the reborn process, with all signals blocked: each thread; the main thread. */
void pending_revive_own(uint32_t tid);
void pending_revive_shared(void);

#endif
