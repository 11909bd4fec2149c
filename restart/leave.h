/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process that is to be the program: everything up to the point of no return. */
#ifndef RESTART_LEAVE_H
#define RESTART_LEAVE_H

#include "../ghost/image.h"
#include "embedded.h"
#include "options.h"
#include "revive.h"

/* How a process to be tells krg-resume that it could not be. */
struct leave_report {
	int32_t error;		/* -errno */
	char line[512];
};

struct leave {
	const struct image *image;
	const struct embedded *embedded;
	const struct options *options;
	struct revived *revived;
	int report;		/* pipe to krg-resume: closed without a word on success */
	int drop_capabilities;	/* they are only those of our own namespace */
	int clocks;		/* -errno where they cannot go on from where they were */
};

/* In the new process, which has the program's id already: becomes the program.
 * All signals are blocked.  On failure it reports and exits. */
void leave_for_good(struct leave *leave) __attribute__((noreturn));

/* Says that the program's clocks will jump. */
void leave_tell_clocks(const struct leave *leave);

/* In krg-resume, for --plan: prints the steps of a restart made now. */
void leave_print_plan(const struct image *image);

#endif
