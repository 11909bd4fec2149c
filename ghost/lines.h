/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of /proc, line by line, through a buffer that is smaller than the file. */
#ifndef GHOST_LINES_H
#define GHOST_LINES_H

/* Zone: signal. */

#include <stddef.h>

/* Calls visit(line, argument) for each line, terminated in place of its end, until it
 * returns non-zero; that is the result.  Else 0 or -errno: -E2BIG for a line that the
 * buffer cannot hold. */
int lines_each(int file, char *buffer, size_t size, int (*visit)(char *line, void *argument),
	       void *argument);

#endif
