/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scribe: writes the ghost while everything is stopped. */
#ifndef SHIM_SCRIBE_H
#define SHIM_SCRIBE_H

/* Zone: signal.  A task that shares the program's memory, but is a process of its
 * own with copies of its descriptors: what it opens takes no number of the
 * program's, what it limits or blocks is its own affair, and kill(1) of the
 * program ends it too. */

#include <stdint.h>

#include "limit.h"
#include "post.h"
#include "refuse.h"
#include "settings.h"
#include "survey.h"

struct scratch;

struct scribe {
	/* given by the leader */
	struct scratch *scratch;
	uint32_t mailbox;
	int by_interval;	/* nobody asked: our own timer has run down */
	int alone;		/* no task could be made: this is the leader itself */
	int problem;		/* -errno of an earlier phase: there is only that to tell */
	char problem_line[600];
	int64_t began, stopped, captured;	/* CLOCK_MONOTONIC, nanoseconds */

	/* the scribe's own */
	struct limit descriptors_limit, size_limit;
	struct post post;
	struct refusals refusals;
	struct survey survey;
	char line[600];		/* why it failed */
	char name[SETTINGS_PATH * 4];
	int file, directory, named;
	uint64_t end;		/* of what is reserved in the file */
	uint64_t size;
	int64_t written, finished;
	int kept;		/* -errno where an older ghost could not be removed */

	/* for the leader */
	int error;
	int kill;
	int dry;		/* no ghost was to be made */
};

/* Writes the ghost, answers the mailbox, writes the log.  For task_clone(). */
int scribe_run(void *scribe);

int64_t scribe_now(void);

#endif
