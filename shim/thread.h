/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel knows of a thread beyond its signal frame. */
#ifndef SHIM_THREAD_H
#define SHIM_THREAD_H

/* Zone: signal. */

#include "slot.h"

/* Length and signature with which glibc registers rseq; __rseq_size is smaller. */
#define THREAD_RSEQ_LENGTH 32
#define THREAD_RSEQ_SIGNATURE 0x53053053

/* The calling thread's state into its slot. */
void thread_capture(struct slot *slot);

/* In a task that has just been made with the thread's old id: makes it that
 * thread again.  Until it returns there is no TLS. */
void thread_revive(const struct slot *slot);

/* Makes the thread who it was, for the kernel: last, because it may take away the
 * right to all else.  `unprivileged`: its capabilities were for the restart only. */
void thread_revive_rights(const struct slot *slot, int unprivileged);

/* Leaves the slot and the handler; the program goes on where it was. */
void thread_go_on(struct slot *slot) __attribute__((noreturn));

#endif
