/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The root of the shim's state in the program. */
#ifndef SHIM_ANCHOR_H
#define SHIM_ANCHOR_H

/* Everything that must be found again after a restart hangs here; the address
 * stands in the ghost's header.  Written by the constructor, by wrappers with
 * atomic operations, and by the leader of a checkpoint while all else is stopped. */

#include <stdint.h>

#include "../ghost/machine.h"
#include "../ghost/sys.h"
#include "inherited.h"
#include "process.h"
#include "settings.h"
#include "timers.h"

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

	/* What the program believes about our signal. */
	struct sys_sigaction program_action;

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
};

extern struct anchor anchor;

/* Makes the state that of a new process after a fork. */
void anchor_forked(void);

#endif
