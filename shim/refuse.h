/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Refusals: what a checkpoint cannot carry, by name, with its cure. */
#ifndef SHIM_REFUSE_H
#define SHIM_REFUSE_H

/* Zone: signal.  The first refusal cancels the checkpoint, unless KRG_FORCE
 * turns them into warnings; then what was refused is left out.  A survey tells all
 * and goes on. */

#include <stdint.h>

#include "../ghost/text.h"

struct survey;

struct refusals {
	struct survey *survey;	/* where all are told, or NULL */
	int force;
	uint32_t count;
	char first[512];	/* the line for the user */
};

/* Each returns 0 where the checkpoint goes on without the thing, or -ECANCELED. */
int refuse_descriptor(struct refusals *refusals, int fd, const char *target, const char *what,
		      const char *cure);
int refuse_region(struct refusals *refusals, uint64_t start, uint64_t end, const char *path,
		  const char *what, const char *cure);
int refuse_process(struct refusals *refusals, const char *what, const char *cure);

#endif
