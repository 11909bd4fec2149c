/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the headers of an ELF file say about bringing a library into it. */
#ifndef TOOLS_EXECUTABLE_H
#define TOOLS_EXECUTABLE_H

/* Zone: free.  Nothing in the file is believed: every offset and length is
 * compared with a limit, and what lies outside the file is a failure. */

#include "failure.h"

/* The exit statuses of env(1), which krg-run shares. */
#define EXECUTABLE_REFUSED 125		/* it would run, but not under krgghost */
#define EXECUTABLE_UNUSABLE 126		/* there, but the kernel would not start it */
#define EXECUTABLE_MISSING 127

/* 0 where the dynamic loader will honour LD_PRELOAD in the program open at `fd`,
 * -1 where not.  `subject` begins the failure's line. */
int executable_check(int fd, const char *subject, struct failure *failure);

/* 0 where the file open at `fd` looks like a library for such a program. */
int executable_check_library(int fd, const char *subject, struct failure *failure);

#endif
