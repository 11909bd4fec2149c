/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that a person names: where it is, and whether the shim gets into it. */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

/* Zone: free.  Failures carry the statuses of executable.h. */

#include <limits.h>

#include "failure.h"

/* The file that execvp() would start for `name`.  0 or -1. */
int program_find(const char *name, char path[PATH_MAX], struct failure *failure);

/* 0 where the file is a program that the shim gets into; a script is followed to
 * its interpreter, as the kernel and env(1) do, and `image` is then that.  -1
 * where not. */
int program_check(const char *path, char image[PATH_MAX], struct failure *failure);

#endif
