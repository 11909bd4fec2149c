/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The root of the shim's state in the program. */
#ifndef SHIM_ANCHOR_H
#define SHIM_ANCHOR_H

/* Everything that must be found again after a restart hangs here; the address
 * stands in the ghost's header.  Written by the constructor, by wrappers with
 * atomic operations, and by the leader of a checkpoint while all else is stopped. */

#include <signal.h>
#include <stdint.h>

#include "../ghost/sys.h"
#include "frames.h"
#include "attributes.h"
#include "filters.h"
#include "inherited.h"
#include "outside.h"
#include "process.h"
#include "settings.h"
#include "timers.h"
#include "usage.h"

struct anchor {
	int pid;		/* the process that this state belongs to */
	int ready;		/* the constructor has run */

	/* Odd while a checkpoint is under way, and never the same twice: a thread
	 * waits for this turn to end, not for the state "running", so that it cannot
	 * sleep through the end of one checkpoint into the next. */
	uint32_t turn;
	uint32_t bell;		/* rung when a stopped thread has something to look at.  A futex. */
	uint32_t leader;	/* tid of the thread that makes the checkpoint, or 0 */
	uint32_t arrivals;	/* raised by each thread that has stopped.  A futex. */
	uint32_t visitors;	/* threads that may be looking at the checkpoint's scratch memory */
	uint32_t shortage;	/* a thread found no memory to stop in */
	uint32_t number;	/* of checkpoints made */
	uint32_t asked_again;	/* what is asked for and not yet begun; checkpoint.c */

	uint32_t interval_timer;	/* number of our timer, plus 1; 0 without */
	uint32_t complaint;	/* checksum of the last line why there was no checkpoint */

	uint64_t scratch, scratch_size;	/* of the checkpoint under way, or 0 */

	/* What the program has set for our signal, and libc for the one by which threads
	 * are stopped (signal.h). */
	struct sys_sigaction program_actions[2];
	uint32_t action_turn;	/* which of them counts: the lowest bit */
	uint32_t action_lock;
	struct sys_sigaction libc_action;
	uint32_t held;		/* held_info is a signal that the program has blocked */
	siginfo_t held_info;
	uint32_t signalfd;	/* the program reads our signal from one, if it is its own */
	uint32_t socket_timeouts;	/* the program has limited calls of a socket */
	uint32_t interrupts;	/* siginterrupt(3) has said so of our signal */

	/* Pages of a file mapping with this device and inode are a lazily resumed
	 * ghost's, and the program's own memory. */
	uint64_t backing_device, backing_inode;

	int64_t rseq_offset;	/* from the thread pointer; 0: libc registers none */
	int64_t tid_offset;	/* of the tid in libc's thread structure; 0 unknown */
	uint64_t syscall_function;	/* libc's syscall(2): its code does not tell the number */
	struct settings settings;
	struct inherited inherited;
	struct process_state process;
	struct timers_state timers;
	struct frames_state frames;
	struct outside_state outside;
	struct usage_state usage;
	struct filters filters;
	struct cpus cpus;	/* of the machine, by attributes_learn_cpus() */
};

extern struct anchor anchor;

/* Makes the state that of a new process after a fork. */
void anchor_forked(void);

#endif
