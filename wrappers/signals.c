/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Masks and dispositions: the checkpoint signal stays ours, the program sees what it set. */
#include <errno.h>
#include <string.h>

#include "../shim/anchor.h"
#include "../shim/gate.h"
#include "../shim/outside.h"
#include "began.h"

/* Zone: wrapper. */

#define EXPORT __attribute__((visibility("default")))

static int is_ours(int signal)
{
	return anchor.ready && signal == anchor.settings.signal;
}

/* What may be given to the kernel of a set that the program wants blocked. */
static const sigset_t *without_ours(const sigset_t *set, sigset_t *copy)
{
	if (!set || !anchor.ready || !sigismember(set, anchor.settings.signal))
		return set;
	*copy = *set;
	sigdelset(copy, anchor.settings.signal);
	return copy;
}

static void to_program(const struct sys_sigaction *from, struct sigaction *to)
{
	memset(to, 0, sizeof(*to));
	to->sa_sigaction = (void (*)(int, siginfo_t *, void *))(uintptr_t)from->handler;
	to->sa_flags = (int)(from->flags & ~(uint64_t)SYS_SA_RESTORER);
	memcpy(&to->sa_mask, &from->mask, sizeof(from->mask));
}

static void from_program(const struct sigaction *from, struct sys_sigaction *to)
{
	to->handler = (uint64_t)(uintptr_t)from->sa_sigaction;
	to->flags = (uint64_t)(unsigned int)from->sa_flags;
	memcpy(&to->mask, &from->sa_mask, sizeof(to->mask));
}

/* While the shim uses the trap flag SIGTRAP's disposition is its own for a moment. */
static void begin_trap(sys_sigset_t *mask)
{
	sys_sigset_t all = SYS_SIGALL;

	gate_enter();
	sys_sigprocmask(SIG_SETMASK, &all, mask);
	outside_hold();
}

static void end_trap(const sys_sigset_t *mask)
{
	outside_release();
	sys_sigprocmask(SIG_SETMASK, mask, NULL);
	gate_leave();
}

static int trap_action(const struct sigaction *action, struct sigaction *old)
{
	sys_sigset_t mask;
	int result;

	begin_trap(&mask);
	result = real_get()->sigaction(SIGTRAP, action, old);
	end_trap(&mask);
	return result;
}

EXPORT int sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
	struct sys_sigaction wanted = { 0, 0, 0, 0 };

	if (signal == SIGTRAP)
		return trap_action(action, old);
	if (!is_ours(signal))
		return real_get()->sigaction(signal, action, old);
	/* Copied first: `action` and `old` may be the same place. */
	if (action)
		from_program(action, &wanted);
	gate_enter();
	if (old)
		to_program(&anchor.program_action, old);
	if (action)
		anchor.program_action = wanted;
	gate_leave();
	return 0;
}

EXPORT __sighandler_t signal(int signal, __sighandler_t handler)
{
	struct sigaction action, old;

	if (!is_ours(signal) && signal != SIGTRAP)
		return real_get()->signal(signal, handler);
	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = SA_RESTART;
	sigaddset(&action.sa_mask, signal);
	return sigaction(signal, &action, &old) ? SIG_ERR : old.sa_handler;
}

/* Notes whether the program believes our signal blocked; returns what it
 * believed before. */
static int note_mask(int how, const sigset_t *set)
{
	int before = (int)self.blocked;
	int named = set && sigismember(set, anchor.settings.signal);

	if (set && how == SIG_SETMASK)
		self.blocked = (uint32_t)named;
	else if (named)
		self.blocked = how == SIG_BLOCK;
	return before;
}

static int change_mask(int (*call)(int, const sigset_t *, sigset_t *), int how,
		       const sigset_t *set, sigset_t *old)
{
	const sigset_t *wanted = set;
	sigset_t copy, kept;
	int before, result;

	if (!anchor.ready)
		return call(how, set, old);
	if (set) {
		kept = *set;	/* `set` and `old` may be the same place */
		set = &kept;
		wanted = how == SIG_UNBLOCK ? set : without_ours(set, &copy);
	}
	result = call(how, wanted, old);
	if (result)
		return result;
	before = note_mask(how, set);
	if (old && before)
		sigaddset(old, anchor.settings.signal);
	return 0;
}

EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return change_mask(real_get()->sigprocmask, how, set, old);
}

EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	return change_mask(real_get()->pthread_sigmask, how, set, old);
}

EXPORT int sigsuspend(const sigset_t *mask)
{
	sigset_t copy;

	return real_get()->sigsuspend(without_ours(mask, &copy));
}

/* Waiting for it would take requests for checkpoints away from our handler. */
EXPORT int sigwait(const sigset_t *set, int *signal)
{
	sigset_t copy;

	return real_get()->sigwait(without_ours(set, &copy), signal);
}

EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	sigset_t copy;

	return real_get()->sigwaitinfo(without_ours(set, &copy), info);
}

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	sigset_t copy;
	int result = real_get()->sigtimedwait(without_ours(set, &copy), info, timeout);

	began_end(outer);
	return result;
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *mask)
{
	sigset_t copy;

	return real_get()->ppoll(fds, count, timeout, without_ours(mask, &copy));
}

EXPORT int pselect(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
		   const struct timespec *timeout, const sigset_t *mask)
{
	sigset_t copy;

	return real_get()->pselect(count, readable, writable, exceptional, timeout,
				   without_ours(mask, &copy));
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout,
		       const sigset_t *mask)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	sigset_t copy;
	int result = real_get()->epoll_pwait(epoll, events, count, timeout,
					     without_ours(mask, &copy));

	began_end(outer);
	return result;
}

EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int count,
			const struct timespec *timeout, const sigset_t *mask)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	sigset_t copy;
	int result = real_get()->epoll_pwait2(epoll, events, count, timeout,
					      without_ours(mask, &copy));

	began_end(outer);
	return result;
}
