/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a program file gives rights, so that the loader distrusts its starter. */
#ifndef TOOLS_PRIVILEGES_H
#define TOOLS_PRIVILEGES_H

/* Zone: free. */

#include "failure.h"

/* 0, or -1 where the kernel would start the file open at `fd` in secure mode
 * (AT_SECURE): the loader then ignores LD_PRELOAD.  `subject` begins the line. */
int privileges_check(int fd, const char *subject, struct failure *failure);

#endif
