/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checkpoint signal: who sent it and what it means. */
#include "signal.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "checkpoint.h"
#include "filters.h"
#include "gate.h"
#include "held.h"
#include "interval.h"
#include "quiesce.h"
#include "replay.h"
#include "slot.h"

/* An address of ours: nobody else in this process has a reason to send it. */
static uint64_t stop_value(void)
{
	return (uint64_t)(uintptr_t)&anchor.turn;
}

static int queue(int number, int pid, int tid, int code, uint64_t value)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = number;
	info.si_code = code;
	info.si_pid = pid;
	info.si_value.sival_ptr = (void *)(uintptr_t)value;
	return (int)sys_call4(SYS_rt_tgsigqueueinfo, pid, tid, number, &info);
}

/* A real-time signal needs a place in a queue that RLIMIT_SIGPENDING limits; one of
 * the others is sent even where there is none, but then without its value: it asks
 * for a checkpoint, and who asks while one is under way has to stop, too. */
static int queue_or(int tid, int code, uint64_t value)
{
	int error = queue(SIGNAL_STOP, anchor.pid, tid, code, value);

	return error == -EAGAIN ? queue(anchor.settings.signal, anchor.pid, tid, code, value)
				: error;
}

int signal_ask_to_stop(int tid)
{
	return queue_or(tid, SI_QUEUE, stop_value());
}

/* By the other signal, so that one of the program's own that waits is not in the way,
 * nor ours in the way of that. */
void signal_again(int code, uint64_t value)
{
	signal_install_stop();
	queue_or(sys_gettid(), code, value);
}

static int asks_to_stop(const siginfo_t *info)
{
	return info->si_code == SI_QUEUE &&
	       (uint64_t)(uintptr_t)info->si_value.sival_ptr == stop_value();
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

int signal_is_request(const siginfo_t *info)
{
	if (info->si_signo == anchor.settings.signal)
		return !signal_is_programs(info);
	return info->si_signo == SIGNAL_STOP &&
	       (asks_to_stop(info) || info->si_code == SIGNAL_PUT_OFF);
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

/* Two places, one of which counts: a handler may look at any moment. */
void signal_shown_action(struct sys_sigaction *action)
{
	uint32_t turn;

	do {
		turn = __atomic_load_n(&anchor.action_turn, __ATOMIC_ACQUIRE);
		*action = anchor.program_actions[turn & 1];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (turn != __atomic_load_n(&anchor.action_turn, __ATOMIC_RELAXED));
}

/* With all signals blocked, so that whoever has the lock goes on to give it back. */
void signal_set_action(const struct sys_sigaction *action)
{
	const sys_sigset_t all = SYS_SIGALL;
	sys_sigset_t before;

	sys_sigprocmask(SIG_SETMASK, &all, &before);
	while (__atomic_exchange_n(&anchor.action_lock, 1, __ATOMIC_ACQUIRE))
		sys_call0(SYS_sched_yield);
	anchor.program_actions[(anchor.action_turn + 1) & 1] = *action;
	__atomic_add_fetch(&anchor.action_turn, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&anchor.action_lock, 0, __ATOMIC_RELEASE);
	sys_sigprocmask(SIG_SETMASK, &before, NULL);
}

/* The program's own handler runs as if the kernel had called it: with its mask,
 * on the stack where we stand, and its changes to the frame count. */
static void call_program(int signal, siginfo_t *info, ucontext_t *frame)
{
	struct sys_sigaction action;
	sys_sigset_t mask;

	signal_shown_action(&action);
	replay_interrupt(frame, (action.flags & SA_RESTART) != 0);
	memcpy(&mask, &frame->uc_sigmask, sizeof(mask));
	mask |= action.mask;
	if (!(action.flags & SA_NODEFER))
		mask |= SYS_SIGBIT(signal);
	if (action.flags & SA_RESETHAND) {
		struct sys_sigaction none = action;

		none.handler = (uint64_t)(uintptr_t)SIG_DFL;
		signal_set_action(&none);
	}
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	((void (*)(int, siginfo_t *, void *))(uintptr_t)action.handler)(signal, info, frame);
	mask = SYS_SIGALL;
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

static uint64_t program_handler(void)
{
	struct sys_sigaction action;

	signal_shown_action(&action);
	return action.handler;
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

/* Where the queue is full (RLIMIT_SIGPENDING) the kernel sends the signal all the
 * same, without what we said with it (kernel/signal.c, collect_signal). */
static int lost_its_information(const siginfo_t *info)
{
	return info->si_code == SI_USER && !info->si_pid && !info->si_uid;
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
	if (__atomic_load_n(&anchor.filters.forbidden, __ATOMIC_SEQ_CST)) {
		__atomic_store_n(&anchor.leader, 0, __ATOMIC_RELEASE);
		filters_decline(mailbox);
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
	/* There is one place: a request that meets a stop is served behind it. */
	if (self.put_off && !asks_to_stop(info)) {
		checkpoint_request(mailbox_of(info));
		return;
	}
	if (self.put_off && self.put_off_value != stop_value())
		checkpoint_request((uint32_t)self.put_off_value);
	self.put_off = 1;
	self.put_off_code = info->si_code;
	self.put_off_value = (uint64_t)(uintptr_t)info->si_value.sival_ptr;
	if (!asks_to_stop(info) && !from_ourselves(info)) {
		self.put_off_value = mailbox_of(info);
		self.put_off_code = SIGNAL_PUT_OFF;
	}
}

/* As if it had not interrupted anything. */
static void go_on(ucontext_t *frame)
{
	replay_prepare(frame, NULL);
	replay_go_on(frame);
}

static void hold(siginfo_t *info, ucontext_t *frame)
{
	if (quiesce_is_alone() && !anchor.signalfd)
		held_here(info);
	else
		held_in_kernel(info, frame);
	go_on(frame);
}

/* Returns 0 where the program has no use for the signal. */
static int give_to_program(int signal, siginfo_t *info, ucontext_t *frame)
{
	uint64_t handler = program_handler();

	if (self.blocked)
		hold(info, frame);
	else if (handler == (uint64_t)(uintptr_t)SIG_IGN)
		go_on(frame);
	else if (handler != (uint64_t)(uintptr_t)SIG_DFL)
		call_program(signal, info, frame);
	else
		return 0;
	return 1;
}

/* Where a checkpoint's calls would end the program: no call that need not be. */
static void on_signal_confined(int signal, siginfo_t *info, ucontext_t *frame)
{
	if (signal_is_programs(info) && self.blocked) {
		held_here(info);
		return;
	}
	if (signal_is_programs(info) && program_handler() > (uint64_t)(uintptr_t)SIG_IGN) {
		call_program(signal, info, frame);
		return;
	}
	if (!asks_to_stop(info))
		filters_decline(mailbox_of(info));
	if (filters_may_speak())
		replay_prepare(frame, NULL);
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	ucontext_t *frame = context;

	if (__builtin_expect(anchor.filters.forbidden, 0)) {
		on_signal_confined(signal, info, frame);
		return;
	}
	if (is_borrower())
		return;
	if (signal_is_programs(info) && give_to_program(signal, info, frame))
		return;
	if (self.gate || outside_lead(frame)) {
		put_off(info);
		return;
	}
	if (asks_to_stop(info) ||
	    (lost_its_information(info) && quiesce_awaits((uint32_t)sys_gettid())))
		stop_here(frame, quiesce_park);
	else
		ask(info, frame);
	go_on(frame);	/* no memory to stop in */
}

/* What libc sends itself goes to libc. */
static void on_stop(int signal, siginfo_t *info, void *context)
{
	const struct sys_sigaction *libc = &anchor.libc_action;

	if (!signal_is_request(info)) {
		if (libc->handler > (uint64_t)(uintptr_t)SIG_IGN)
			((void (*)(int, siginfo_t *, void *))(uintptr_t)libc->handler)(signal, info,
										       context);
		return;
	}
	if (__builtin_expect(anchor.filters.forbidden, 0)) {
		on_signal_confined(signal, info, context);
		return;
	}
	if (is_borrower())
		return;
	if (self.gate || outside_lead(context)) {
		put_off(info);
		return;
	}
	if (info->si_code == SIGNAL_PUT_OFF)
		ask(info, context);
	else
		stop_here(context, quiesce_park);
	go_on(context);
}

static int install(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sys_sigaction action = {
		.handler = (uint64_t)(uintptr_t)handler,
		.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SYS_SA_RESTORER,
		.restorer = (uint64_t)(uintptr_t)signal_restorer,
		.mask = SYS_SIGALL,
	};

	return sys_sigaction(number, &action, NULL);
}

void signal_install_stop(void)
{
	struct sys_sigaction now;

	if (sys_sigaction(SIGNAL_STOP, NULL, &now) ||
	    now.handler == (uint64_t)(uintptr_t)on_stop)
		return;
	anchor.libc_action = now;
	install(SIGNAL_STOP, on_stop);
}

/* An image that we were in before has left a note in the mask (wrappers/forks.c); a
 * parent that never knew us may have blocked our signal, too. */
static int take_over_mask(void)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);
	const sys_sigset_t marked = SYS_SIGBIT(SIGNAL_MASK_IS_OURS);
	const sys_sigset_t blocked = SYS_SIGBIT(SIGNAL_WAS_BLOCKED);
	const sys_sigset_t clear = ours | marked | blocked;
	sys_sigset_t mask = 0;
	int error = sys_sigprocmask(SIG_UNBLOCK, &clear, &mask);

	self.main_thread = 1;
	self.blocked = (mask & (mask & marked ? blocked : ours)) != 0;
	return error;
}

int signal_install(void)
{
	return install(anchor.settings.signal, on_signal);
}

int signal_begin(void)
{
	int error = signal_install();

	return error ? error : take_over_mask();
}
