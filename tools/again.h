/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-run --resume: from the newest whole ghost, or from the start. */
#ifndef TOOLS_AGAIN_H
#define TOOLS_AGAIN_H

/* Zone: free. */

#include "failure.h"

struct again {
	const char *program; /* the file that is started */
	const char *image; /* the one that it becomes: a script's interpreter, else the same */
	const char *library; /* the shim */
	char **arguments;
	int keep; /* the ghosts stay after status 0 too */
};

/* Runs it to its end, stays in front, and ends as it ends.  Returns only where
 * that failed: -1. */
int again_run(const struct again *again, struct failure *failure);

#endif
