/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command lines of the tools have in common. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

/* Zone: free. */

#include "failure.h"

/* Turns what getopt_long() complains about ('?' or ':'; the option string begins
 * with ":" or "+:") into a failure.  Returns -1. */
int options_failure(int found, char **argv, int status, struct failure *failure);

/* Prints what --help and --version show.  Returns the exit status, `status`
 * where stdout does not take it. */
int options_show(const char *text, int status);

#endif
