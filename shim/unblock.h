/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that have blocked our signal behind our back. */
#ifndef SHIM_UNBLOCK_H
#define SHIM_UNBLOCK_H

/* Zone: signal, in the stopping task, which is a process of its own and so may
 * trace the program's threads.  libc makes threads with every signal blocked (the
 * one behind SIGEV_THREAD timers), and a runtime may use raw system calls: our
 * wrappers see neither. */

#include <stdint.h>

/* Takes our signal out of the mask of thread `tid`; it is delivered at once if it
 * waits there.  0, or -errno: -EPERM where tracing is forbidden (Yama) or
 * somebody else traces the thread. */
int unblock_thread(int tid);

#endif
