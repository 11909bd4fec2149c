/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process that is to be checkpointed, and that it can be. */
#ifndef TOOLS_TARGET_H
#define TOOLS_TARGET_H

/* Zone: free. */

#include <sys/types.h>

#include "failure.h"

#define TARGET_REFUSED 2	/* exit status: nothing was asked of the process */

struct target {
	pid_t pid;
	int pidfd;	/* as long as it is open, nobody else is meant */
	int claim;	/* while it is locked, no other krg-checkpoint asks */
	int signal;	/* the one that asks this process for a checkpoint */
	uid_t user;
	gid_t group;
};

/* Finds the process that a person means by `text`: itself, the process of that
 * thread, or the program behind that krg-resume.  `signal` is 0 for the one that
 * the process was started with.  Sends nothing.  0 or -1; on 0 the target is
 * closed by target_close(). */
int target_find(const char *text, int signal, struct target *target, struct failure *failure);

/* True where nobody else is asking the process, and nobody else's signal waits:
 * it would swallow ours.  From then on, others wait until target_close(). */
int target_claim(const struct target *target);

/* True where the process is stopped, by Ctrl-Z or a debugger, and answers nothing. */
int target_is_stopped(const struct target *target);

void target_close(struct target *target);

#endif
