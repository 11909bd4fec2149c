/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The line on the terminal that shows how far a checkpoint is. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

/* Zone: free.  Times are microseconds of one clock. */

#include <stdint.h>
#include <sys/types.h>

#include "../ghost/mailbox.h"

struct progress {
	int wanted;		/* stderr is a terminal, and nobody said --quiet */
	pid_t pid;
	int64_t next;		/* when to draw again */
	int64_t writing_since;	/* 0: not yet */
	uint64_t first;		/* bytes done then */
	int length;		/* of what stands on the terminal */
};

/* Nothing is drawn for the first half second. */
void progress_start(struct progress *progress, int wanted, pid_t pid, int64_t now);

void progress_show(struct progress *progress, const struct mailbox *mailbox, int64_t now);

/* Leaves an empty line to whatever is printed next. */
void progress_clear(struct progress *progress);

#endif
