/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate: "this thread is inside a wrapper that must not be cut in two". */
#ifndef SHIM_GATE_H
#define SHIM_GATE_H

/* Zone: wrapper.  A counter of the thread's own, so there is no lock; a signal
 * handler of the program may enter again while its thread is inside.  A
 * checkpoint signal that finds the gate occupied is put off until the last
 * leaving.  A wrapper that may sleep does not hold the gate across the call. */

#include <stdint.h>

#include "again.h"
#include "outside.h"

/* Of a wrapped call that may sleep for a limited time: when it began, on which
 * clock, and how far down the stack was.  Time 0 outside of one. */
struct began {
	int64_t time;		/* nanoseconds */
	uint64_t stack;
	int32_t clock;
};

/* How much stack libc's own functions may have between a wrapper and the call. */
#define BEGAN_REACH 1024

#define SELF_AGAIN 3		/* calls made again, in handlers of the program within each other */

struct self {
	uint32_t gate;		/* how many times inside */
	uint32_t put_off;	/* a signal waits for the leaving */
	uint64_t put_off_value;	/* its sigval */
	int32_t put_off_code;	/* its si_code */
	uint16_t main_thread;
	uint16_t blocked;	/* there: the program believes that it has blocked our signal */
	int64_t call;		/* number given to syscall(2); -1 outside */
	struct began began;
	int64_t age;		/* at a stop, of the call that `began` is about */
	int64_t replayed;	/* at a stop: the call that the frame was set back to, or -1 */
	struct again again[SELF_AGAIN];
	struct outside_walk walk;
};

/* Initial-exec: the default model may call malloc at the first use, in a handler. */
extern __thread struct self self __attribute__((tls_model("initial-exec")));

static inline void gate_enter(void)
{
	__atomic_store_n(&self.gate, self.gate + 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Sends the thread the signal that was put off. */
void gate_catch_up(void);

static inline void gate_leave(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&self.gate, self.gate - 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__builtin_expect(self.put_off && !self.gate, 0))
		gate_catch_up();
}

#endif
