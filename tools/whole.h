/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether every page of a ghost is there. */
#ifndef TOOLS_WHOLE_H
#define TOOLS_WHOLE_H

/* Zone: free. */

#include "../ghost/image.h"
#include "failure.h"

/* Reads and unpacks all of it.  0, or -1 with what is wrong and `status`. */
int whole_check(const struct image *image, const char *path, int status, struct failure *failure);

#endif
