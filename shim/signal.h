/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checkpoint signal: who sent it and what it means. */
#ifndef SHIM_SIGNAL_H
#define SHIM_SIGNAL_H

/* From outside it asks for a checkpoint; from the leader of one, with our own
 * value, it asks this thread to stop; from the program itself it is the
 * program's, if it has a handler for it. */

#include <signal.h>
#include <stdint.h>

/* si_code of a request from outside that was put off at the gate.  The kernel
 * lets a process send itself any negative code; the lowest have no meaning. */
#define SIGNAL_PUT_OFF (-77)

/* Zone: signal.  Installs our handler; 0 or -errno. */
int signal_install(void);

/* Zone: signal.  Queues the checkpoint signal to one thread of `pid`. */
int signal_send(int pid, int tid, int code, uint64_t value);

/* Whether a signal of our number is the program's own affair. */
int signal_is_programs(const siginfo_t *info);

/* The value by which the leader's signals are known. */
uint64_t signal_stop_value(void);

#endif
