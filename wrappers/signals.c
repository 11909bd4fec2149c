/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Masks and dispositions: the checkpoint signal stays ours, the program sees what it set. */
#include <errno.h>
#include <string.h>

#include "../shim/anchor.h"
#include "../shim/gate.h"
#include "../shim/outside.h"
#include "../shim/held.h"
#include "../shim/signal.h"
#include "began.h"

/* Zone: wrapper. */

#define EXPORT __attribute__((visibility("default")))

static int is_ours(int signal)
{
	return anchor.ready && signal == anchor.settings.signal;
}

/* In the main thread our signal is never blocked, whatever the program is shown. */
static int lies(void)
{
	return anchor.ready && self.main_thread;
}

/* What may be given to the kernel of a set that the program wants blocked. */
static const sigset_t *without_ours(const sigset_t *set, sigset_t *copy)
{
	if (!sigismember(set, anchor.settings.signal))
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
	to->restorer = 0;
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
	struct sys_sigaction wanted, before;

	if (signal == SIGTRAP)
		return trap_action(action, old);
	if (!is_ours(signal))
		return real_get()->sigaction(signal, action, old);
	/* Copied first: `action` and `old` may be the same place. */
	if (action)
		from_program(action, &wanted);
	signal_shown_action(&before);
	if (old)
		to_program(&before, old);
	if (action)
		signal_set_action(&wanted);
	return 0;
}

/* --- masks ------------------------------------------------------------------- */

/* Notes whether the program believes our signal blocked; returns what it
 * believed before. */
static int note_mask(int how, const sigset_t *set)
{
	int before = (int)self.blocked;
	int named = set && sigismember(set, anchor.settings.signal);

	if (set && how == SIG_SETMASK)
		self.blocked = (uint16_t)named;
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

	if (!lies())
		return call(how, set, old);
	if (set) {
		kept = *set;	/* `set` and `old` may be the same place */
		set = &kept;
		wanted = how == SIG_UNBLOCK ? set : without_ours(set, &copy);
	}
	/* First: what waits is delivered by the call, and must find that it may be. */
	before = note_mask(how, set);
	result = call(how, wanted, old);
	if (!result && !self.blocked && held_any())
		held_let_go();
	if (result)
		self.blocked = (uint16_t)before;
	else if (old && before)
		sigaddset(old, anchor.settings.signal);
	return result;
}

EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return change_mask(real_get()->sigprocmask, how, set, old);
}

EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	return change_mask(real_get()->pthread_sigmask, how, set, old);
}

/* A thread begins with the mask of the one that makes it: the true one, here.  It is
 * no main thread, so nobody shows it another. */
static int begin_thread(sys_sigset_t *before)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);

	return lies() && self.blocked && !sys_sigprocmask(SIG_BLOCK, &ours, before);
}

static void end_thread(int changed, const sys_sigset_t *before)
{
	if (changed)
		sys_sigprocmask(SIG_SETMASK, before, NULL);
}

EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			  void *(*run)(void *), void *argument)
{
	sys_sigset_t before;
	int changed = begin_thread(&before);
	int error = real_get()->pthread_create(thread, attributes, run, argument);

	end_thread(changed, &before);
	return error;
}

EXPORT int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
	sys_sigset_t before;
	int changed = begin_thread(&before);
	int result = real_get()->thrd_create(thread, run, argument);

	end_thread(changed, &before);
	return result;
}

/* --- masks for the time of one call ------------------------------------------ */

struct while_waiting {
	sigset_t copy;
	int blocked;	/* what the program believes outside of the call */
};

/* What to give to the kernel for such a mask. */
static const sigset_t *mask_begin(const sigset_t *mask, struct while_waiting *state)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);

	state->blocked = -1;
	if (!mask || !lies())
		return mask;
	state->blocked = self.blocked;
	/* What the program lets through for this call must come within it, not before. */
	if (self.blocked && !sigismember(mask, anchor.settings.signal)) {
		sys_sigprocmask(SIG_BLOCK, &ours, NULL);
		held_let_go();
	}
	self.blocked = (uint16_t)sigismember(mask, anchor.settings.signal);
	return without_ours(mask, &state->copy);
}

static void mask_end(const struct while_waiting *state)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);

	if (state->blocked < 0 || state->blocked == self.blocked)
		return;
	self.blocked = (uint16_t)state->blocked;
	if (!self.blocked)
		held_let_go();
	sys_sigprocmask(SIG_UNBLOCK, &ours, NULL);
}

EXPORT int sigpending(sigset_t *set)
{
	int result = real_get()->sigpending(set);

	if (!result && held_any())
		sigaddset(set, anchor.settings.signal);
	return result;
}

EXPORT int sigsuspend(const sigset_t *mask)
{
	struct while_waiting state;
	int result = real_get()->sigsuspend(mask_begin(mask, &state));

	mask_end(&state);
	return result;
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *mask)
{
	struct while_waiting state;
	int result = real_get()->ppoll(fds, count, timeout, mask_begin(mask, &state));

	mask_end(&state);
	return result;
}

/* What ppoll() becomes in a program compiled with _FORTIFY_SOURCE. */
EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		       const sigset_t *mask, size_t size)
{
	struct while_waiting state;
	int result = real_get()->__ppoll_chk(fds, count, timeout, mask_begin(mask, &state), size);

	mask_end(&state);
	return result;
}

EXPORT int pselect(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
		   const struct timespec *timeout, const sigset_t *mask)
{
	struct while_waiting state;
	int result = real_get()->pselect(count, readable, writable, exceptional, timeout,
					 mask_begin(mask, &state));

	mask_end(&state);
	return result;
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout,
		       const sigset_t *mask)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	struct while_waiting state;
	int result = real_get()->epoll_pwait(epoll, events, count, timeout,
					     mask_begin(mask, &state));

	mask_end(&state);
	began_end(outer);
	return result;
}

EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int count,
			const struct timespec *timeout, const sigset_t *mask)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	struct while_waiting state;
	int result = real_get()->epoll_pwait2(epoll, events, count, timeout,
					      mask_begin(mask, &state));

	mask_end(&state);
	began_end(outer);
	return result;
}
