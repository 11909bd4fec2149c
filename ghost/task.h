/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks that libc does not know of: made by clone(), reaped by wait4(). */
#ifndef GHOST_TASK_H
#define GHOST_TASK_H

/* Zone: signal.  A task shares the maker's memory and TLS base, so it may use
 * raw system calls and plain functions only: nothing that locks or allocates.
 * It is a process, not a thread, to the kernel: when it has been reaped, its id
 * is free and nothing of it is left. */

#include <stddef.h>

/* clone(flags, stack top): in the new task calls work(argument) and exits with
 * what it returns.  Returns the task's id, or -errno.  The work is done by
 * task_raw_clone() of task-x86_64.S. */
long task_clone(unsigned long flags, void *stack_top, int (*work)(void *), void *argument);

/* In such a task: it will be killed when its maker, process `parent`, ends, and
 * does not return where that has happened already. */
void task_follow(int parent);

/* Waits for the end of a task made without CLONE_THREAD; returns its wait
 * status, or -errno. */
int task_wait(int task);

/* Runs work(argument, i) for i = 0 … count-1 side by side: 0 in the caller, the
 * others in tasks with `stack_size` bytes each of `stacks`.  Where a task cannot
 * be made, there are fewer; work must share out what is to be done by itself.
 * Returns 0, or -ECHILD where one of them did not end by returning. */
int crew_run(int count, void (*work)(void *argument, int index), void *argument, void *stacks,
	     size_t stack_size);

/* How many CPUs the caller may run on. */
int crew_size(void);

#endif
