/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where libkrgghost.so is, and how the loader is told. */
#ifndef TOOLS_LIBRARY_H
#define TOOLS_LIBRARY_H

/* Zone: free.  Failures carry EXECUTABLE_REFUSED. */

#include <limits.h>

#include "failure.h"

#define LIBRARY_NAME "libkrgghost.so"

/* The shim's absolute path: `wanted`, or where it is NULL, the one that belongs to
 * this program: in its build tree, beside its folder, where it was configured to
 * be.  0 or -1. */
int library_find(const char *wanted, char path[PATH_MAX], struct failure *failure);

/* The program called `name` that belongs to this one: in the same folder, or as
 * it was installed.  `path` has PATH_MAX bytes. */
void library_beside(const char *name, char *path);

/* Puts `path` first in LD_PRELOAD; what is there already stays.  0 or -1. */
int library_preload(const char *path, struct failure *failure);

#endif
