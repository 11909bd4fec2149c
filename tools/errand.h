/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking a process for a checkpoint, and staying until it is done. */
#ifndef TOOLS_ERRAND_H
#define TOOLS_ERRAND_H

/* Zone: free. */

#include <stdint.h>

#include "../ghost/mailbox.h"
#include "box.h"
#include "failure.h"
#include "progress.h"
#include "target.h"

#define ERRAND_FAILED 1		/* exit status: asked, but there is no ghost */

struct errand {
	const struct target *target;
	const struct box *box;
	int interrupts;		/* of interrupt_watch() */
	int kill;		/* wait for the end of the process too */
	double timeout;		/* seconds; 0 for none */
	struct progress progress;
	int64_t deadline;	/* microseconds, of CLOCK_MONOTONIC */
	int interrupted;	/* out: the signal that ended the waiting, or 0 */
};

/* Sends the signal and waits for the answer.  0 where the ghost is whole, or -1. */
int errand_run(struct errand *errand, int show_progress, struct mailbox *answer,
	       struct failure *failure);

#endif
