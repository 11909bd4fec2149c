/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the locks on a file: POSIX, OFD and flock. */
#ifndef SHIM_LOCKS_H
#define SHIM_LOCKS_H

/* Zone: signal, in the scribe. */

#include "descriptors.h"

/* Records those that the program has by descriptor `fd`.  0 or -errno: -EACCES where
 * it has some that nobody but root may see (proc_pid_fdinfo(5)). */
int locks_capture(struct descriptors *descriptors, int fd);

#endif
