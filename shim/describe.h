/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of the process and of its threads. */
#ifndef SHIM_DESCRIBE_H
#define SHIM_DESCRIBE_H

/* Zone: signal, in the scribe, while everything is stopped.  0 or -errno. */

#include "../ghost/ghost.h"

int describe_process(ghost_t *ghost);
int describe_clock(ghost_t *ghost);
int describe_threads(ghost_t *ghost);

#endif
