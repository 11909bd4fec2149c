/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the process that becomes the program, with its old id. */
#ifndef RESTART_SPAWN_H
#define RESTART_SPAWN_H

#include <sys/types.h>

#include "leave.h"

/* Forks with the id of the ghost's process; the child never returns.  Waits
 * until the child is past everything that can fail.  The id, or -errno with
 * `report` filled; -EEXIST or -EPERM: the id cannot be had this way. */
pid_t spawn_program(struct leave *leave, struct leave_report *report);

/* True where nobody on this host has any of the ghost's ids. */
int spawn_ids_are_free(const struct image *image);

#endif
