/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a ghost in the making: it has its name only when it is whole. */
#ifndef SHIM_PLACE_H
#define SHIM_PLACE_H

/* Zone: signal, in the scribe. */

#include "scribe.h"

/* The name without its directory, and that directory, opened, or -errno. */
const char *place_base(const char *name);
int place_directory(const char *name);

/* Puts into scribe->name what was asked for, or what the pattern says.  0 or
 * -ENAMETOOLONG. */
int place_choose(struct scribe *scribe);

/* Opens a file without a name in the directory of scribe->name; where the file
 * system knows no such thing, one with a temporary name.  0 or -errno. */
int place_open(struct scribe *scribe);

/* Makes the file durable and gives it its name, in place of an older ghost. */
int place_publish(struct scribe *scribe);

/* Closes; removes what was not published. */
void place_close(struct scribe *scribe);

/* The leader, after a scribe that did not come to its end: removes what it left. */
void place_tidy(struct scribe *scribe);

#endif
