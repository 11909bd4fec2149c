/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan from its beginning to its end: built, printed, and walked in a made-up address space. */
#ifndef TESTS_REHEARSAL_H
#define TESTS_REHEARSAL_H

/* The address space begins as krg-resume's with everything staged in it.  Its
 * heap and its stack have grown since its maps were read, and libc has mapped one
 * page more: all that must be gone at the end, and the program must be at home. */

#include <stddef.h>

#include "restart/plan.h"
#include "space.h"

#define REHEARSAL_EXTRA 20000 /* bytes of the landing zone that are not steps */

struct rehearsal {
	struct plan plan;
	struct space space;
	char *steps; /* as plan_print() writes them */
	char error[256];
};

/* `maps` is krg-resume's.  0; what plan_places() or plan_steps() returned; or 1
 * where the plan does not lead to where it should.  With an error in all but the
 * first case.  rehearsal_end() in any case. */
int rehearse(struct rehearsal *rehearsal, const char *maps, const struct region_ghost *regions,
	     size_t count);

void rehearsal_end(struct rehearsal *rehearsal);

#endif
