/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for signals, the checkpoint signal among them. */
#include <errno.h>

#include "../shim/anchor.h"
#include "../shim/held.h"
#include "../shim/signal.h"
#include "../shim/timeout.h"
#include "began.h"

/* Zone: wrapper.  A program may wait for our signal as for any other: its own end
 * the wait, requests from outside do not.  For the time of the wait it is blocked
 * for real, so that none gets past. */

#define EXPORT __attribute__((visibility("default")))

static int has_ours(const sigset_t *set)
{
	return anchor.ready && sigismember(set, anchor.settings.signal);
}

/* A request was taken out of the kernel: now it is served, in our handler.  Our
 * signal stays blocked: one of the program's own must not be handled meanwhile. */
static void serve(const siginfo_t *info)
{
	int value = info->si_code == SI_QUEUE ? info->si_value.sival_int : 0;

	signal_again(SIGNAL_PUT_OFF, (uint32_t)value);
}

/* What is left of a wait that began at `began`, in *left; NULL without a limit. */
static const struct timespec *left_of(const struct timespec *timeout, int64_t began,
				      struct timespec *left)
{
	int64_t nanoseconds;

	if (!timeout)
		return NULL;
	nanoseconds = timeout->tv_sec * 1000000000LL + timeout->tv_nsec -
		      (timeout_now(CLOCK_MONOTONIC) - began);
	if (nanoseconds < 0)
		nanoseconds = 0;
	*left = (struct timespec){ nanoseconds / 1000000000, nanoseconds % 1000000000 };
	return left;
}

static int wait_for(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	int64_t began = timeout_now(CLOCK_MONOTONIC);
	struct timespec left;
	int signal;

	for (;;) {
		signal = real_get()->sigtimedwait(set, info, left_of(timeout, began, &left));
		if (signal != anchor.settings.signal || signal_is_programs(info))
			return signal;
		serve(info);
	}
}

/* As sigtimedwait(2), for a set with our signal in it. */
static int take(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);
	sys_sigset_t before = 0;
	siginfo_t own;
	int signal;

	sys_sigprocmask(SIG_BLOCK, &ours, &before);
	signal = held_take(info ? info : &own) ? anchor.settings.signal
						      : wait_for(set, info ? info : &own, timeout);
	/* In the main thread it was blocked for real only for one that waited. */
	if (self.main_thread || !(before & ours))
		sys_sigprocmask(SIG_UNBLOCK, &ours, NULL);
	return signal;
}

/* What reads our signal there finds only what the kernel holds. */
EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
	if (has_ours(set))
		anchor.signalfd = 1;
	return real_get()->signalfd(fd, set, flags);
}

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int signal = has_ours(set) ? take(set, info, timeout)
				   : real_get()->sigtimedwait(set, info, timeout);

	began_end(outer);
	return signal;
}

EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	return has_ours(set) ? take(set, info, NULL) : real_get()->sigwaitinfo(set, info);
}

/* Never returns EINTR (POSIX), and leaves errno alone. */
EXPORT int sigwait(const sigset_t *set, int *signal)
{
	int before = errno, got;

	if (!has_ours(set))
		return real_get()->sigwait(set, signal);
	do
		got = take(set, NULL, NULL);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		got = errno;
		errno = before;
		return got;
	}
	errno = before;
	*signal = got;
	return 0;
}
