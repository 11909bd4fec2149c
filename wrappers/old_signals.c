/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Older ways to set handlers and masks, which pass by sigaction() and sigprocmask(). */
#include <errno.h>
#include <string.h>

#include "../shim/anchor.h"
#include "real.h"

/* Zone: wrapper.  libc's own make their system calls themselves; for our signal
 * they are made of the wrappers in signals.c here (signal(3), sigset(3),
 * sigvec(3), siginterrupt(3)). */

#define EXPORT __attribute__((visibility("default")))

/* Our signal, and the one by which threads are led out of the vDSO. */
static int is_ours(int signal)
{
	return anchor.ready && (signal == anchor.settings.signal || signal == SIGTRAP);
}

static __sighandler_t set(int signal, __sighandler_t handler, int flags, int mask_it)
{
	struct sigaction action, old;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	action.sa_flags = flags;
	if (mask_it)
		sigaddset(&action.sa_mask, signal);
	return sigaction(signal, &action, &old) ? SIG_ERR : old.sa_handler;
}

static int restarts(int signal)
{
	return anchor.interrupts && signal != SIGTRAP ? 0 : SA_RESTART;
}

EXPORT __sighandler_t signal(int signal, __sighandler_t handler)
{
	return is_ours(signal) ? set(signal, handler, restarts(signal), 1)
			       : real_get()->signal(signal, handler);
}

EXPORT __sighandler_t bsd_signal(int signal, __sighandler_t handler)
{
	return is_ours(signal) ? set(signal, handler, restarts(signal), 1)
			       : real_get()->bsd_signal(signal, handler);
}

EXPORT __sighandler_t ssignal(int signal, __sighandler_t handler)
{
	return is_ours(signal) ? set(signal, handler, restarts(signal), 1)
			       : real_get()->ssignal(signal, handler);
}

EXPORT __sighandler_t sysv_signal(int signal, __sighandler_t handler)
{
	return is_ours(signal) ? set(signal, handler, (int)SA_RESETHAND | SA_NODEFER, 0)
			       : real_get()->sysv_signal(signal, handler);
}

EXPORT __sighandler_t __sysv_signal(int signal, __sighandler_t handler)
{
	return is_ours(signal) ? set(signal, handler, (int)SA_RESETHAND | SA_NODEFER, 0)
			       : real_get()->__sysv_signal(signal, handler);
}

EXPORT int siginterrupt(int signal, int interrupt)
{
	struct sigaction action;

	if (!is_ours(signal))
		return real_get()->siginterrupt(signal, interrupt);
	if (signal != SIGTRAP)
		anchor.interrupts = interrupt != 0;
	sigaction(signal, NULL, &action);
	action.sa_flags = (action.sa_flags & ~SA_RESTART) | (interrupt ? 0 : SA_RESTART);
	return sigaction(signal, &action, NULL);
}

static int change(int how, int signal)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return sigprocmask(how, &set, &before) ? -1 : sigismember(&before, signal);
}

EXPORT int sighold(int signal)
{
	return is_ours(signal) ? -(change(SIG_BLOCK, signal) < 0) : real_get()->sighold(signal);
}

EXPORT int sigrelse(int signal)
{
	return is_ours(signal) ? -(change(SIG_UNBLOCK, signal) < 0) : real_get()->sigrelse(signal);
}

EXPORT int sigignore(int signal)
{
	if (!is_ours(signal))
		return real_get()->sigignore(signal);
	return set(signal, SIG_IGN, 0, 0) == SIG_ERR ? -1 : 0;
}

/* SIG_HOLD blocks and leaves the handler; anything else sets it and unblocks. */
EXPORT __sighandler_t sigset(int signal, __sighandler_t handler)
{
	struct sigaction now;
	__sighandler_t before;

	if (!is_ours(signal))
		return real_get()->sigset(signal, handler);
	if (handler == SIG_HOLD) {
		sigaction(signal, NULL, &now);
		before = now.sa_handler;
		return change(SIG_BLOCK, signal) ? SIG_HOLD : before;
	}
	before = set(signal, handler, 0, 0);
	return change(SIG_UNBLOCK, signal) ? SIG_HOLD : before;
}

/* The old masks are one word of signals 1 to 32. */
static int old_mask(int how, int mask)
{
	unsigned int word = (unsigned int)mask;
	sigset_t set, before;

	sigemptyset(&set);
	memcpy(&set, &word, sizeof(word));
	if (sigprocmask(how, &set, &before))
		return -1;
	memcpy(&word, &before, sizeof(word));
	return (int)word;
}

EXPORT int sigblock(int mask)
{
	return anchor.ready ? old_mask(SIG_BLOCK, mask) : real_get()->sigblock(mask);
}

EXPORT int sigsetmask(int mask)
{
	return anchor.ready ? old_mask(SIG_SETMASK, mask) : real_get()->sigsetmask(mask);
}

EXPORT int siggetmask(void)
{
	return anchor.ready ? old_mask(SIG_BLOCK, 0) : real_get()->siggetmask();
}

static int suspend_without(int signal)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	sigdelset(&set, signal);
	return sigsuspend(&set);
}

EXPORT int __xpg_sigpause(int signal)
{
	return anchor.ready ? suspend_without(signal) : real_get()->__xpg_sigpause(signal);
}

EXPORT int __sigpause(int signal_or_mask, int is_signal)
{
	unsigned int word = (unsigned int)signal_or_mask;
	sigset_t set;

	if (!anchor.ready)
		return real_get()->__sigpause(signal_or_mask, is_signal);
	if (is_signal)
		return suspend_without(signal_or_mask);
	sigemptyset(&set);
	memcpy(&set, &word, sizeof(word));
	return sigsuspend(&set);
}
