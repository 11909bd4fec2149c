/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of ghost/mailbox.h, from the side that asks. */
#ifndef TOOLS_BOX_H
#define TOOLS_BOX_H

/* Zone: free.  What comes out of the file was written by another program: text
 * is terminated, and nothing else may be believed. */

#include <stdint.h>

#include "../ghost/mailbox.h"
#include "failure.h"
#include "target.h"

struct box {
	int folder;	/* the program's /tmp */
	int fd;
	int number;	/* goes with the signal */
};

/* Makes the file where the program finds it.  `output` is absolute or empty.
 * 0, or -1; on 0 there is a file until box_remove(). */
int box_open(struct box *box, const struct target *target, uint32_t flags, const char *output,
	     struct failure *failure);

/* Reads all of it; what was written before `state` is there.  0, or -EBADMSG
 * where the file is no longer whole. */
int box_read(const struct box *box, struct mailbox *mailbox);

/* Reads the lines of MAILBOX_DRY; `list` has MAILBOX_LIST + 1 bytes.  0 or -EBADMSG. */
int box_read_list(const struct box *box, const struct mailbox *mailbox, char *list);

void box_remove(struct box *box);

#endif
