/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that our signal interrupted run again, and the program never knows. */
#include "replay.h"

#include <errno.h>
#include <string.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "gate.h"
#include "quiesce.h"
#include "registers.h"

/* restart_syscall(2): the kernel's own continuation of a call that a stop
 * signal interrupted.  It cannot be asked for twice. */
#define NR_RESTART SYS_restart_syscall

#define SYSCALL_FUNCTION_SIZE 64	/* more than libc's syscall(2) is long */

static int sampled(const ucontext_t *frame, const struct stop_entry *sample)
{
	return sample && sample->nr >= 0 && sample->nr != NR_RESTART &&
	       sample->program_counter == registers_pc(frame) &&
	       sample->stack_pointer == registers_sp(frame);
}

/* Which call this was: what somebody saw from outside, what a wrapper noted, or
 * what the code before the instruction says.  -1 when nothing is certain. */
static int64_t call_number(const ucontext_t *frame, const struct stop_entry *sample)
{
	int64_t decoded = registers_decode_call(frame);

	if (sampled(frame, sample))
		return sample->nr;
	if (registers_pc(frame) - anchor.syscall_function < SYSCALL_FUNCTION_SIZE)
		return self.call;
	return decoded;
}

void replay_prepare(ucontext_t *frame, const struct stop_entry *sample)
{
	int64_t nr;

	if (registers_result(frame) != -EINTR || !registers_behind_syscall(frame))
		return;
	nr = call_number(frame, sample);
	if (nr >= 0)
		registers_rewind(frame, nr);
}

/* Calls that end with EINTR after any handler, whatever SA_RESTART says
 * (signal(7), "Interruption of system calls"); measured ones included. */
static int never_restarts(int64_t nr)
{
	switch (nr) {
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_poll:
	case SYS_ppoll:
	case SYS_select:
	case SYS_pselect6:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_msgrcv:
	case SYS_msgsnd:
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_io_getevents:
	case SYS_io_pgetevents:
	case SYS_rt_sigtimedwait:
	case SYS_rt_sigsuspend:
	case SYS_pause:
	case SYS_io_uring_enter:
		return 1;
	default:
		return 0;
	}
}

static int handled(int signal, int *restarts)
{
	struct sys_sigaction action;

	if (sys_sigaction(signal, NULL, &action))
		return 0;
	*restarts = (action.flags & SA_RESTART) != 0;
	return action.handler > (uint64_t)(uintptr_t)SIG_IGN;
}

void replay_yield(ucontext_t *frame)
{
	sys_sigset_t pending = 0, mask;
	int64_t nr;

	if (!registers_before_syscall(frame))
		return;
	nr = registers_result(frame);	/* the number, before the instruction */
	memcpy(&mask, &frame->uc_sigmask, sizeof(mask));
	sys_call2(SYS_rt_sigpending, &pending, sizeof(pending));
	pending &= ~mask & ~SYS_SIGBIT(anchor.settings.signal);
	while (pending) {
		int signal = __builtin_ctzll(pending) + 1;
		int restarts;

		if (handled(signal, &restarts) && (!restarts || never_restarts(nr))) {
			registers_forward(frame, -EINTR);
			return;
		}
		pending &= pending - 1;
	}
}
