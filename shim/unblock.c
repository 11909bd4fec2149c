/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that have blocked the signal that stops them. */
#include "unblock.h"

#include <linux/ptrace.h>

#include "../ghost/task.h"
#include "signal.h"

static long trace(long request, int tid, long address, void *data)
{
	return sys_call4(SYS_ptrace, request, tid, address, data);
}

int unblock_thread(int tid)
{
	sys_sigset_t mask = 0;
	long error = trace(PTRACE_SEIZE, tid, 0, NULL);

	if (error)
		return (int)error;
	error = trace(PTRACE_INTERRUPT, tid, 0, NULL);
	if (!error && task_wait(tid) >= 0)
		error = trace(PTRACE_GETSIGMASK, tid, sizeof(mask), &mask);
	mask &= ~SYS_SIGBIT(SIGNAL_STOP);
	if (!error)
		error = trace(PTRACE_SETSIGMASK, tid, sizeof(mask), &mask);
	trace(PTRACE_DETACH, tid, 0, NULL);
	return (int)error;
}
