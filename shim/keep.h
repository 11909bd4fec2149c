/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other ghosts of the program's pattern: the highest number, and the oldest ones. */
#ifndef SHIM_KEEP_H
#define SHIM_KEEP_H

/* Zone: signal, in the scribe.  A name counts where it can come of the
 * pattern with this process's id. */

#include <stdint.h>

/* The highest %n beside the ghost called `name`, whatever has that name, or 0. */
uint32_t keep_highest(const char *name);

/* Of the ghosts in `directory`, regular files of this user that begin as ghosts do,
 * all but the newest KRG_KEEP are removed, in the order of %n and %t; never `name`, which is whole and the newest.  0, or -errno
 * of the first that could not be removed. */
int keep_newest(int directory, const char *name);

#endif
