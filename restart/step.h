/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The code that runs when nothing of krg-resume is left. */
#ifndef RESTART_STEP_H
#define RESTART_STEP_H

/* Zone: bare.  It is copied into the landing zone and runs there: registers, the
 * plan and raw system calls, no stack of its own but what the kernel was told,
 * no libc, no TLS, no relocation, no decision. */

#include <stddef.h>

#include "../ghost/landing.h"

/* The code to be copied: from __start_krg_step to __stop_krg_step. */
extern const char __start_krg_step[] __attribute__((visibility("hidden")));
extern const char __stop_krg_step[] __attribute__((visibility("hidden")));

/* Walks the steps, then lets all tasks jump to the entry.  A step that fails
 * ends the process with status 125 and a line that names the step. */
void step_walk(struct landing *landing);

/* The other tasks: wait for the end of the walk, then jump.  `task` counts from 1. */
void step_wait(struct landing *landing, uint64_t task);

/* enter-x86_64.S: calls code(landing, task) on a stack; never returns. */
void enter_code(void *code, struct landing *landing, uint64_t task, void *stack)
	__attribute__((noreturn));

/* enter-x86_64.S: clone3; the new task calls code(landing, task).  Its id, or -errno. */
long enter_clone(void *arguments, size_t size, void *code, struct landing *landing,
		 uint64_t task);

#endif
