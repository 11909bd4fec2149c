/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that our signal interrupted run again, and the program never knows. */
#ifndef SHIM_REPLAY_H
#define SHIM_REPLAY_H

/* Zone: signal.  The kernel restarts some calls by itself (SA_RESTART); others
 * return -EINTR all the same (signal(7)).  For those the saved registers are set
 * back to just before the `syscall` instruction; where the call must not be the
 * same a second time (a timeout of which a part is over, a transfer of which a
 * part is done), to code of ours that makes it with other arguments (again.h). */

#include <ucontext.h>

struct stop_entry;

/* A thread that stops.  `sample` is what it was seen in before the signal, or NULL. */
void replay_prepare(ucontext_t *frame, const struct stop_entry *sample);

/* Just before the thread goes on: timeouts get what is left of them.  Where a
 * signal with a handler of the program's waits for the thread, that handler must
 * interrupt the call, as it would have without us: then it returns -EINTR. */
void replay_go_on(ucontext_t *frame);

/* A handler of the program's is about to run, by ours: a call that the kernel set back
 * for ours is interrupted as by that handler, which has SA_RESTART or not. */
void replay_interrupt(ucontext_t *frame, int restarts);

/* Before that, in a reborn process: of a timeout is left what was left then. */
void replay_revive(void);

#endif
