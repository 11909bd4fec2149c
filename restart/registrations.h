/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program's epoll instances wait for, registered again. */
#ifndef RESTART_REGISTRATIONS_H
#define RESTART_REGISTRATIONS_H

#include "revive.h"

/* In krg-resume: says what cannot be waited for any more, because it has become
 * krg-resume's own file or device. */
void registrations_check(const struct revived *revived, const struct image *image);

/* In the process to be, before its numbers are in place: every number below
 * revived->base is free afterwards.  0 or -errno. */
int registrations_revive(const struct revived *revived, const struct image *image);

#endif
