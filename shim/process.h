/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel knows of the process and only the process itself can set again. */
#ifndef SHIM_PROCESS_H
#define SHIM_PROCESS_H

/* Zone: signal.  Kept in the anchor, so it travels in the memory of the ghost. */

#include <stdint.h>
#include <sys/time.h>

#include "../ghost/sys.h"

#define PROCESS_SIGNALS 64
#define PROCESS_RLIMITS 16

struct process_state {
	struct sys_sigaction actions[PROCESS_SIGNALS + 1];
	struct itimerval intervals[3];		/* setitimer(2): real, virtual, profiling */
	uint64_t limits[PROCESS_RLIMITS][2];	/* soft, hard */
	uint32_t membarriers;			/* MEMBARRIER_CMD_REGISTER_* */
	uint32_t parent;
	uint32_t dumpable;
	uint32_t umask;
	uint32_t personality;
	uint32_t no_huge_pages;			/* PR_SET_THP_DISABLE */
	uint32_t subreaper;
	uint64_t permitted;			/* state components that had to be asked for */
};

/* By the leader, while every other thread is stopped.  0 or -errno. */
int process_capture(struct process_state *state);

/* In the reborn process, by its first thread: before any other runs … */
void process_revive(const struct process_state *state);

/* … and after all have been made: limits that could have been in the way. */
void process_limit(const struct process_state *state);

/* … and after all of them are who they were, for that makes it not dumpable. */
void process_finish(const struct process_state *state);

#endif
