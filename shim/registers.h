/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The saved registers of a stopped thread, as far as system calls go. */
#ifndef SHIM_REGISTERS_H
#define SHIM_REGISTERS_H

/* Zone: signal.  What knows the machine is in registers-x86_64.c. */

#include <stdint.h>
#include <ucontext.h>

uint64_t registers_pc(const ucontext_t *frame);
uint64_t registers_sp(const ucontext_t *frame);

/* What a call returned; in a frame set back, the call's number. */
int64_t registers_result(const ucontext_t *frame);

/* The instruction before, or at, the saved pc is `syscall`. */
int registers_behind_syscall(const ucontext_t *frame);
int registers_before_syscall(const ucontext_t *frame);

/* Sets the frame back to make call `nr` again, or forward to behind it with `result`. */
void registers_rewind(ucontext_t *frame, int64_t nr);
void registers_forward(ucontext_t *frame, int64_t result);

/* The number that the code just before the instruction loads, or -1. */
int64_t registers_decode_call(const ucontext_t *frame);

#endif
