/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A moment, for people. */
#ifndef TOOLS_WHEN_H
#define TOOLS_WHEN_H

/* Zone: free. */

#include <stdint.h>

#define WHEN_SIZE 64

/* "2026-07-31 12:00:05 +0200" for a Unix time, "@SECONDS" where there is no such
 * date.  Returns `buffer`. */
const char *when_text(int64_t seconds, char buffer[WHEN_SIZE]);

#endif
