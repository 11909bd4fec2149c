/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shim's side of a mailbox (ghost/mailbox.h). */
#ifndef SHIM_POST_H
#define SHIM_POST_H

/* Zone: signal, in a task with a descriptor table of its own. */

#include "../ghost/mailbox.h"
#include "survey.h"

struct post {
	int file;		/* -1 without a mailbox */
	struct mailbox mail;	/* what was asked */
};

/* Opens mailbox `number` (0: none).  A file that is not what it should be, or
 * not ours to obey, is as none at all. */
void post_open(struct post *post, uint32_t number);

/* Answers; the state is written last. */
void post_progress(struct post *post, uint64_t done, uint64_t total);
void post_failed(struct post *post, const char *message);
void post_survey(struct post *post, const char *ghost, uint64_t memory,
		 const struct survey *survey);
void post_done(struct post *post, const char *ghost, uint64_t size, uint64_t pause,
	       uint64_t total);

#endif
