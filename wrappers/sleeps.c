/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that sleep for a limited time, and of which the kernel does not tell how much is left. */
#include <sys/sem.h>
#include <threads.h>

#include "../shim/usage.h"
#include "began.h"

/* Zone: wrapper.  sleep(3), select(2), pselect(2) and ppoll(2) are not here: libc
 * has the kernel write the rest of their time. */

#define EXPORT __attribute__((visibility("default")))

EXPORT int nanosleep(const struct timespec *time, struct timespec *left)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int result = real_get()->nanosleep(time, left);

	began_end(outer);
	return result;
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			   struct timespec *left)
{
	struct began outer = began_here(clock);
	struct timespec moved;
	int result;

	/* A moment of a CPU's clock, which the program believes to be ahead. */
	if (time && flags & TIMER_ABSTIME && usage_is_cpu_clock(clock)) {
		moved = *time;
		usage_shift(&moved, -usage_clock_offset(clock));
		time = &moved;
	}
	result = real_get()->clock_nanosleep(clock, flags, time, left);

	began_end(outer);
	return result;
}

EXPORT int usleep(useconds_t time)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int result = real_get()->usleep(time);

	began_end(outer);
	return result;
}

EXPORT int thrd_sleep(const struct timespec *time, struct timespec *left)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int result = real_get()->thrd_sleep(time, left);

	began_end(outer);
	return result;
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct began outer;
	int result;

	if (timeout <= 0)
		return real_get()->poll(fds, count, timeout);
	outer = began_here(CLOCK_MONOTONIC);
	result = real_get()->poll(fds, count, timeout);
	began_end(outer);
	return result;
}

/* What poll() becomes in a program compiled with _FORTIFY_SOURCE. */
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int result = real_get()->__poll_chk(fds, count, timeout, size);

	began_end(outer);
	return result;
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout)
{
	struct began outer;
	int result;

	if (timeout <= 0)
		return real_get()->epoll_wait(epoll, events, count, timeout);
	outer = began_here(CLOCK_MONOTONIC);
	result = real_get()->epoll_wait(epoll, events, count, timeout);
	began_end(outer);
	return result;
}

EXPORT int semtimedop(int set, struct sembuf *operations, size_t count,
		      const struct timespec *timeout)
{
	struct began outer = began_here(CLOCK_MONOTONIC);
	int result = real_get()->semtimedop(set, operations, count, timeout);

	began_end(outer);
	return result;
}
