/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program's own checkpoint signal while the program has it blocked. */
#ifndef SHIM_HELD_H
#define SHIM_HELD_H

/* The main thread only believes that it has blocked it (signal.h).  In a process of
 * one thread what waits is kept here, so that a request from outside is no second
 * signal of the same number to the kernel. */

#include <signal.h>
#include <ucontext.h>

/* Zone: signal, by the thread that the signal has reached. */
void held_here(const siginfo_t *info);

/* The same, for others that may wait for it: it is blocked for real in the frame,
 * and waits in the kernel. */
void held_in_kernel(siginfo_t *info, ucontext_t *frame);

/* Zone: wrapper.  Whether one waits here; takes it (1, or 0 where there is none);
 * sends it to the calling thread, if there is one. */
int held_any(void);
int held_take(siginfo_t *info);
void held_let_go(void);

#endif
