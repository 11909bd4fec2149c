/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that is met inside the kernel's vDSO is led out of it before it stops. */
#ifndef SHIM_OUTSIDE_H
#define SHIM_OUTSIDE_H

/* Zone: signal.  Under another kernel the code of the vDSO is not there any more,
 * so no thread of a ghost may be in the middle of it.  One that is goes on by
 * single steps (the trap flag, hence SIGTRAP) with every other signal held back
 * until it has returned to its caller: some tenths of a millisecond.  Meanwhile
 * SIGTRAP is handled by us. */

#include <stdint.h>
#include <ucontext.h>

#include "../ghost/sys.h"

/* In the anchor. */
struct outside_state {
	uint64_t start, end;		/* the vDSO's code; 0 where there is none */
	uint32_t lock;
	uint32_t walkers;		/* threads that are being led out */
	struct sys_sigaction action;	/* the program's for SIGTRAP, while there are some */
};

/* In the thread's own memory, struct self. */
struct outside_walk {
	uint32_t steps;			/* left; 0 where it is not led anywhere */
	uint32_t tired;			/* it took too long: to be stopped where it is */
	sys_sigset_t mask;		/* the program's */
};

/* Zone: free.  Finds the vDSO, by the address of its ELF header. */
void outside_learn(const void *header);

/* In the handler of the checkpoint signal, with the thread's frame: true where the
 * thread has to be led out.  The caller puts its signal off and returns; it comes
 * again as soon as the thread is outside. */
int outside_lead(ucontext_t *frame);

/* Around a change of SIGTRAP's disposition by the program, with all signals
 * blocked: nobody is led anywhere in between. */
void outside_hold(void);
void outside_release(void);

/* In the child, after a fork. */
void outside_forked(void);

#endif
