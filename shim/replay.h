/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that our signal interrupted run again, and the program never knows. */
#ifndef SHIM_REPLAY_H
#define SHIM_REPLAY_H

/* Zone: signal.  The kernel restarts some calls by itself (SA_RESTART); others
 * return -EINTR all the same (signal(7)).  For those the saved registers are set
 * back to just before the `syscall` instruction. */

#include <ucontext.h>

struct stop_entry;

/* `sample` is what the thread was seen in before the signal, or NULL. */
void replay_prepare(ucontext_t *frame, const struct stop_entry *sample);

/* Just before the thread goes on: where a signal with a handler of the
 * program's waits for it, that handler must interrupt the call, as it would have
 * without us; a call that we set back is set forward again. */
void replay_yield(ucontext_t *frame);

#endif
