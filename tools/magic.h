/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a file is a ghost at all, whole or not. */
#ifndef TOOLS_MAGIC_H
#define TOOLS_MAGIC_H

/* Zone: free. */

/* Opens a regular file that begins as a ghost does, with `flags` besides what
 * keeps a fifo or a terminal from doing harm.  The descriptor, -ENOEXEC for
 * what is not a ghost, or -errno. */
int magic_open(const char *path, int flags);

#endif
