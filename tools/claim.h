/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only one krg-run --resume at a time for one program: a lock beside its ghosts. */
#ifndef TOOLS_CLAIM_H
#define TOOLS_CLAIM_H

/* Zone: free. */

#include <limits.h>
#include <stdint.h>

#include "failure.h"

struct claim {
	int fd;
	char path[PATH_MAX];
};

/* Takes the lock called `key` in `folder`.  0, or -1 where another has it or there
 * can be none; the kernel gives it back when we end, however we end. */
int claim_take(struct claim *claim, const char *folder, uint32_t key, struct failure *failure);

/* Gives it back and removes its file. */
void claim_leave(struct claim *claim);

#endif
