/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checkpoint signal: who sent it and what it means. */
#ifndef SHIM_SIGNAL_H
#define SHIM_SIGNAL_H

/* From outside it asks for a checkpoint; from the program itself it is the
 * program's own, as if we were not there: handled, blocked, waited for.
 *
 * Only the main thread never blocks it for real, so that a request from outside
 * always finds somebody; there the program is shown what it has set (self.blocked),
 * and its own signals are held back.  All other threads block it as they please.
 *
 * The leader of a checkpoint asks the others to stop by another signal, because
 * one below the real-time ones is not queued twice: it would be lost against the
 * program's own. */

#include <signal.h>
#include <stdint.h>

#include "../ghost/sys.h"

/* si_code of a request from outside that was put off at the gate.  The kernel
 * lets a process send itself any negative code; the lowest have no meaning. */
#define SIGNAL_PUT_OFF (-77)

/* libc keeps the first two real-time signals for itself: it never blocks them for a
 * program, and no program can take them over (nptl(7)).  This one is sent by
 * setuid() and its like to all threads, with another si_code; libc's handler for
 * it gets what is not ours. */
#define SIGNAL_STOP 33

/* In the mask of a process that is about to exec: that the mask is ours, and that
 * the program had blocked our signal.  libc never blocks these two. */
#define SIGNAL_MASK_IS_OURS 32
#define SIGNAL_WAS_BLOCKED SIGNAL_STOP

/* Zone: free; in the constructor.  Installs our handler, and takes over what the
 * mask says of an image before; 0 or -errno. */
int signal_begin(void);

/* Zone: signal.  Installs our handler (again); 0 or -errno. */
int signal_install(void);

/* The leader, before it asks anybody to stop: libc may have taken the handler of
 * that signal meanwhile, at the first pthread_create(). */
void signal_install_stop(void);

/* Zone: signal.  Asks a thread of ours to stop.  0 or -errno. */
int signal_ask_to_stop(int tid);

/* Zone: wrapper.  A signal for this thread that was put off, or taken out of the
 * kernel: comes again, now. */
void signal_again(int code, uint64_t value);

/* What the program has set for our signal: shows it, and changes it.  Zone:
 * wrapper. */
void signal_shown_action(struct sys_sigaction *action);
void signal_set_action(const struct sys_sigaction *action);

/* Whether a signal of our number is the program's own affair. */
int signal_is_programs(const siginfo_t *info);

/* Whether a signal of any number is nothing of the program's: a request from
 * outside, or one to stop. */
int signal_is_request(const siginfo_t *info);

#endif
