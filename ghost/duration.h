/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A length of time as people write it. */
#ifndef GHOST_DURATION_H
#define GHOST_DURATION_H

#include <stdint.h>

#define DURATION_MAX (10ULL * 365 * 86400 * 1000)

/* Zone: signal.  Milliseconds of "30", "0.5", "10m", "2h", "1d", seconds without
 * a letter; 0 where it is none, is less than a millisecond or beyond
 * DURATION_MAX. */
uint64_t duration_parse(const char *text);

#endif
