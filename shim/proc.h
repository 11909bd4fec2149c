/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc of the program, as seen from a helper task of ours. */
#ifndef SHIM_PROC_H
#define SHIM_PROC_H

/* Zone: signal, in a task that task_clone() made and whose parent is the program
 * (/proc/self is the task's own there), or in the program where no task could be
 * made.  /proc may show the numbers of another pid namespace than the program lives
 * in. */

#include <stdint.h>

/* The program's number as /proc shows it; 0 where /proc cannot be read. */
uint32_t proc_pid(void);

/* Opens /proc/PID and `name` behind it.  A descriptor or -errno. */
int proc_open(const char *name, int flags);

#endif
