/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-checkpoint --dry-run: what would stop or weaken a ghost, for people. */
#ifndef TOOLS_SURVEY_H
#define TOOLS_SURVEY_H

/* Zone: free. */

#include "box.h"

/* Prints the lines behind the mailbox, unless `quiet`.  0 where a ghost could be
 * made, -1 where not. */
int survey_print(const struct box *box, struct mailbox *answer, pid_t pid, int quiet,
		 struct failure *failure);

#endif
