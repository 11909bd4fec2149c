/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checkpoint signal: who sent it and what it means. */
#include "signal.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "checkpoint.h"
#include "gate.h"
#include "interval.h"
#include "quiesce.h"
#include "replay.h"
#include "slot.h"

/* An address of ours: nobody else in this process has a reason to send it. */
uint64_t signal_stop_value(void)
{
	return (uint64_t)(uintptr_t)&anchor.turn;
}

int signal_send(int pid, int tid, int code, uint64_t value)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = anchor.settings.signal;
	info.si_code = code;
	info.si_pid = pid;
	info.si_value.sival_ptr = (void *)(uintptr_t)value;
	return (int)sys_call4(SYS_rt_tgsigqueueinfo, pid, tid, info.si_signo, &info);
}

static int asks_to_stop(const siginfo_t *info)
{
	return info->si_code == SI_QUEUE &&
	       (uint64_t)(uintptr_t)info->si_value.sival_ptr == signal_stop_value();
}

/* In the signal of a timer another field lies where a sender's number does. */
static int from_ourselves(const siginfo_t *info)
{
	if (info->si_code == SI_TIMER)
		return !interval_has_sent(info);
	return info->si_code <= 0 && info->si_code != SIGNAL_PUT_OFF && info->si_pid == anchor.pid;
}

int signal_is_programs(const siginfo_t *info)
{
	return from_ourselves(info) && !asks_to_stop(info);
}

/* True in a child that shares our memory (vfork): its parent's state is not its
 * own, and it will soon exec.  A child that copied the memory by a raw system
 * call is given a state of its own here. */
static int is_borrower(void)
{
	int pid = sys_getpid();

	if (pid == anchor.pid)
		return 0;
	/* Where kcmp is forbidden the careful answer is that the memory is shared. */
	if (sys_call6(SYS_kcmp, pid, anchor.pid, KCMP_VM, 0, 0, 0) <= 0)
		return 1;
	anchor_forked();
	return 0;
}

/* The program's own handler runs as if the kernel had called it: with its mask,
 * on the stack where we stand, and its changes to the frame count. */
static void call_program(int signal, siginfo_t *info, ucontext_t *frame)
{
	struct sys_sigaction action = anchor.program_action;
	sys_sigset_t mask;

	memcpy(&mask, &frame->uc_sigmask, sizeof(mask));
	mask |= action.mask;
	if (!(action.flags & SA_NODEFER))
		mask |= SYS_SIGBIT(signal);
	mask &= ~SYS_SIGBIT(anchor.settings.signal);
	if (action.flags & SA_RESETHAND)
		anchor.program_action.handler = (uint64_t)(uintptr_t)SIG_DFL;
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	((void (*)(int, siginfo_t *, void *))(uintptr_t)action.handler)(signal, info, frame);
	mask = SYS_SIGALL;
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

static int program_handles(void)
{
	return anchor.program_action.handler > (uint64_t)(uintptr_t)SIG_IGN;
}

static void stop_here(ucontext_t *frame, void (*run)(struct slot *slot))
{
	struct slot *slot = slot_take((uint32_t)sys_gettid());

	if (!slot) {
		__atomic_store_n(&anchor.shortage, 1, __ATOMIC_RELAXED);
		return;
	}
	slot->frame = frame;
	slot_run(slot, slot_stack(slot), run);
}

static uint32_t mailbox_of(const siginfo_t *info)
{
	if (info->si_code != SI_QUEUE && info->si_code != SIGNAL_PUT_OFF)
		return 0;
	return (uint32_t)info->si_value.sival_int;
}

/* A request that meets a checkpoint under way is served after it. */
static void ask(const siginfo_t *info, ucontext_t *frame)
{
	uint32_t nobody = 0;
	uint32_t mailbox = mailbox_of(info);

	if (!__atomic_compare_exchange_n(&anchor.leader, &nobody, (uint32_t)sys_gettid(), 0,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		checkpoint_request(mailbox);
		stop_here(frame, quiesce_park);
		return;
	}
	checkpoint_request(mailbox);
	stop_here(frame, checkpoint_lead);
	checkpoint_impossible();
}

/* Comes again, with a code that tells it from the program's own signals, when
 * the thread leaves the gate. */
static void put_off(const siginfo_t *info)
{
	self.put_off = 1;
	self.put_off_code = info->si_code;
	self.put_off_value = (uint64_t)(uintptr_t)info->si_value.sival_ptr;
	if (!asks_to_stop(info) && !from_ourselves(info)) {
		self.put_off_value = mailbox_of(info);
		self.put_off_code = SIGNAL_PUT_OFF;
	}
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	ucontext_t *frame = context;

	if (is_borrower())
		return;
	if (self.gate) {
		put_off(info);
		return;
	}
	if (asks_to_stop(info)) {
		stop_here(frame, quiesce_park);
	} else if (!from_ourselves(info) || !program_handles()) {
		ask(info, frame);
	} else if (quiesce_under_way()) {
		/* A signal below the real-time ones is not queued twice: our request to
		 * stop may have been lost against this one, which comes again later. */
		signal_send(anchor.pid, sys_gettid(), info->si_code,
			    (uint64_t)(uintptr_t)info->si_value.sival_ptr);
		stop_here(frame, quiesce_park);
	} else {
		call_program(signal, info, frame);
		return;
	}
	/* No memory to stop in: then it goes on as if nothing was. */
	replay_prepare(frame, NULL);
	replay_go_on(frame);
}

int signal_install(void)
{
	struct sys_sigaction action = {
		.handler = (uint64_t)(uintptr_t)on_signal,
		.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SYS_SA_RESTORER,
		.restorer = (uint64_t)(uintptr_t)signal_restorer,
		.mask = SYS_SIGALL,
	};
	sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);
	int error = sys_sigaction(anchor.settings.signal, &action, NULL);

	/* It may have been blocked across an exec, by a wrapper of ours or by a
	 * parent that never cared. */
	if (!error)
		error = sys_sigprocmask(SIG_UNBLOCK, &ours, NULL);
	return error;
}
