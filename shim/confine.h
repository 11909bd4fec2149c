/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters of threads: into the ghost and back. */
#ifndef SHIM_CONFINE_H
#define SHIM_CONFINE_H

/* Zone: signal. */

#include <stdint.h>

#include "refuse.h"

struct filter;
struct slot;

/* What a slot has of it. */
struct confinement {
	struct filter *filter; /* the newest of the chain */
	const struct filter *common; /* in a reborn thread: down from here all have the same */
	uint32_t mode; /* SECCOMP_MODE_* */
};

/* The calling thread's. */
void confine_capture(struct confinement *confinement);

/* In the scribe: which chain each thread has.  0, or -ECANCELED. */
int confine_describe(struct refusals *refusals);

/* In the reborn process, by its first thread while all others only wait: what all
 * have in common, on all at once, as new threads and later filters expect it. */
void confine_revive_common(void);

/* The last deed of a reborn thread: the rest of its own. */
void confine_revive(struct slot *slot);

#endif
