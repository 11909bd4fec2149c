/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a thread: its id, its name, where it continues. */
#ifndef GHOST_KIND_THREAD_H
#define GHOST_KIND_THREAD_H

#include "../kind.h"

#define THREAD_MAIN 1U	/* its id is the process's */
#define THREAD_ENDED 2U	/* a main thread that called pthread_exit: the others live on */

/* Registers, mask and altstack are in the signal frame, in the thread's memory;
 * the rest of what the kernel knows is in the shim's slot of the thread. */
struct thread_ghost {
	uint32_t tid;
	uint32_t flags;
	char name[16];
	uint64_t stack;	/* top of the shim's stack for it, in the program's memory */
	uint64_t slot;	/* address of the shim's slot: first argument of the entry */
	uint64_t xstates;	/* state components that its frame has values for (xstate.h) */
	uint64_t pc;	/* where it goes on; 0 for one that has ended */
};

#endif
