/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call on another stack. */
#ifndef SHIM_STACK_H
#define SHIM_STACK_H

/* Zone: signal.  switch-x86_64.S: work(argument) on `stack_top`, then back. */
int stack_call(void *stack_top, int (*work)(void *), void *argument);

#endif
