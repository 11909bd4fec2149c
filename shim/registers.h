/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The saved registers of a stopped thread, as far as system calls go. */
#ifndef SHIM_REGISTERS_H
#define SHIM_REGISTERS_H

/* Zone: signal.  What knows the machine is in registers-x86_64.c. */

#include <stdint.h>
#include <ucontext.h>

#include "again.h"

uint64_t registers_pc(const ucontext_t *frame);
uint64_t registers_sp(const ucontext_t *frame);

/* What a call returned; in a frame set back, the call's number. */
int64_t registers_result(const ucontext_t *frame);

/* The instruction before, or at, the saved pc is `syscall`. */
int registers_behind_syscall(const ucontext_t *frame);
int registers_before_syscall(const ucontext_t *frame);

/* Where a thread at a `syscall` instruction will be when the call is over. */
uint64_t registers_behind(const ucontext_t *frame);

/* Sets the frame back to make call `nr` again, or forward to behind it with `result`. */
void registers_rewind(ucontext_t *frame, int64_t nr);
void registers_forward(ucontext_t *frame, int64_t result);

/* Has the frame make the call of a record instead, and puts the program's
 * registers into the record; the frame stands behind the program's `syscall`. */
void registers_divert(ucontext_t *frame, struct again *again);

/* The arguments of the call that the frame stands behind. */
void registers_arguments(const ucontext_t *frame, uint64_t arguments[6]);

/* The record of a frame at again_call or again_called, or NULL. */
struct again *registers_record(const ucontext_t *frame);

/* The number that the code just before the instruction loads, or -1. */
int64_t registers_decode_call(const ucontext_t *frame);

#endif
