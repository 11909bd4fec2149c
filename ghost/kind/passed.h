/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a descriptor that is on its way, in a message that nobody has read. */
#ifndef GHOST_KIND_PASSED_H
#define GHOST_KIND_PASSED_H

#include "../kind.h"

struct passed_ghost {
	uint32_t number; /* by which a message refers to it */
	uint32_t object; /* id of its description */
};

/* krg-resume: a descriptor of the description that this number stands for, or
 * -ENOENT for one that was left out. */
int passed_find(const struct revive *revive, uint32_t number);

/* krg-resume: forgets them. */
void passed_done(struct revive *revive);

#endif
