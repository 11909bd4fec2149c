/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A place in the nest for each stopped thread: its state and a stack of ours. */
#ifndef SHIM_SLOT_H
#define SHIM_SLOT_H

/* Zone: signal.  Slots live in the program's memory and so in the ghost: what a
 * reborn thread needs is found in its slot.  The stack spares the program's own,
 * which may be a few KiB of a coroutine: only the kernel's frame goes there.
 *
 *              slot_take   slot_find   release (asm, thread_leave)
 * slot_take     lock-free   -           -
 * slot_find     -           any         only while everything is stopped
 */

#include <stdint.h>
#include <ucontext.h>

#include "processor.h"
#include "attributes.h"
#include "confine.h"
#include "credentials.h"
#include "usage.h"

#define SLOT_SIZE (24U << 10)	/* state and stack */

struct slot {
	uint32_t used;		/* 0 free, else the tid */
	uint32_t tid;
	uint32_t ended;		/* the main thread, after pthread_exit: it has no frame */
	uint32_t command;	/* enum pending_command, from the leader.  A futex. */
	int32_t error;		/* 0, or -errno: its state could not be read */
	uint64_t pending;	/* signals that wait, as a set */
	ucontext_t *frame;	/* the kernel's signal frame: registers, mask, altstack */
	uint64_t fs_base, gs_base;
	uint64_t robust_list, robust_length;
	uint64_t clear_tid;	/* cleared and woken when the thread ends */
	uint64_t rseq_area;	/* 0 where none is registered */
	char name[16];
	struct processor_state processor;
	struct attributes attributes;
	struct credentials credentials;
	struct confinement confinement;
	struct usage usage;	/* at the checkpoint; in a reborn thread what to add */
};

/* A free slot for thread `tid`, or NULL where memory is to be had no more. */
struct slot *slot_take(uint32_t tid);

/* Calls visit(slot, argument) for each slot in use until it returns non-zero. */
int slot_each(int (*visit)(struct slot *slot, void *argument), void *argument);

/* Whether any of this memory holds slots. */
int slot_touches(uint64_t start, uint64_t size);

/* Frees every slot that is still in use (after a fork, in the child). */
void slot_forget_all(void);

static inline void *slot_stack(struct slot *slot)
{
	return (char *)slot + SLOT_SIZE;
}

/* switch-x86_64.S: calls run(slot) on the slot's stack; never returns. */
void slot_run(struct slot *slot, void *stack, void (*run)(struct slot *slot))
	__attribute__((noreturn));

/* switch-x86_64.S: frees the slot and returns into the program by
 * rt_sigreturn(2) on `frame`.  The last thing that a stopped thread does, on the
 * stack of the program. */
void slot_leave(uint32_t *used, ucontext_t *frame) __attribute__((noreturn));

/* switch-x86_64.S: what the kernel's frame returns to when a handler returns. */
void signal_restorer(void);

#endif
