/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long an interrupted call would have waited on. */
#include "timeout.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>

#include "../ghost/sys.h"
#include "gate.h"

#define SECOND   1000000000LL
#define SET_SIZE sizeof(sys_sigset_t)

/* Of io_uring_enter(2) (linux/io_uring.h): the fourth argument's bit that makes
 * the fifth a struct with the timeout's address as its last word. */
#define RING_EXT_ARG (1U << 3)
#define RING_TIMEOUT 2

enum form {
	MILLISECONDS, /* in the register */
	TIMESPEC, /* where it points to */
	TIMESPEC_LEFT, /* and there the kernel writes what is left */
	TIMEVAL_LEFT,
};

/* Calls with a relative timeout, the argument that is it, and the call by which
 * it can be given to the nanosecond. */
static const struct {
	int nr;
	int argument;
	enum form form;
	int again;
} calls[] = {
	{ SYS_nanosleep, 0, TIMESPEC, SYS_nanosleep },
	{ SYS_clock_nanosleep, 2, TIMESPEC, SYS_clock_nanosleep },
	{ SYS_poll, 2, MILLISECONDS, SYS_ppoll },
	{ SYS_ppoll, 2, TIMESPEC_LEFT, SYS_ppoll },
	{ SYS_select, 4, TIMEVAL_LEFT, SYS_select },
	{ SYS_pselect6, 4, TIMESPEC_LEFT, SYS_pselect6 },
	{ SYS_epoll_wait, 3, MILLISECONDS, SYS_epoll_pwait2 },
	{ SYS_epoll_pwait, 3, MILLISECONDS, SYS_epoll_pwait2 },
	{ SYS_epoll_pwait2, 3, TIMESPEC, SYS_epoll_pwait2 },
	{ SYS_futex, 3, TIMESPEC, SYS_futex },
	{ SYS_semtimedop, 3, TIMESPEC, SYS_semtimedop },
	{ SYS_rt_sigtimedwait, 2, TIMESPEC, SYS_rt_sigtimedwait },
	{ SYS_io_getevents, 4, TIMESPEC, SYS_io_getevents },
	{ SYS_io_pgetevents, 4, TIMESPEC, SYS_io_pgetevents },
	{ SYS_io_uring_enter, 4, TIMESPEC, SYS_io_uring_enter },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

int64_t timeout_now(int clock)
{
	struct timespec now = { 0, 0 };

	/* It does not fail for a clock that the program has used; no test makes it. */
	sys_raw6(SYS_clock_gettime, clock, sys_arg(&now), 0, 0, 0, 0);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static int64_t nanoseconds(const void *place, int timeval)
{
	const struct timespec *time = place;

	return time->tv_sec * SECOND + time->tv_nsec * (timeval ? 1000 : 1);
}

/* Some calls look like the others but their timeout is a moment, or none. */
static int is_relative(const struct again *again)
{
	const uint64_t *arguments = again->registers;

	switch (again->program_nr) {
	case SYS_clock_nanosleep:
		return !(arguments[1] & TIMER_ABSTIME);
	case SYS_futex:
		return (arguments[1] & FUTEX_CMD_MASK) == FUTEX_WAIT;
	case SYS_io_uring_enter:
		return (arguments[3] & RING_EXT_ARG) != 0;
	default:
		return 1;
	}
}

/* Where the program has the timeout; NULL where it has none. */
static const void *place_of(const struct again *again, int argument)
{
	uint64_t value = again->registers[argument];

	if (value && again->program_nr == SYS_io_uring_enter)
		value = ((const uint64_t *)(uintptr_t)value)[RING_TIMEOUT];
	return (const void *)(uintptr_t)value;
}

/* Sleeps write what is left into another place, if the program wants to know. */
static const void *place_of_rest(const struct again *again)
{
	if (again->program_nr == SYS_nanosleep)
		return (const void *)(uintptr_t)again->registers[1];
	if (again->program_nr == SYS_clock_nanosleep)
		return (const void *)(uintptr_t)again->registers[3];
	return NULL;
}

/* When the wrapper noted the beginning of this very call, if one did: its stack
 * reaches to just below the wrapper's. */
static int64_t noted_beginning(const struct again *again)
{
	if (!self.began.time || self.began.clock != again->clock ||
	    self.began.stack - again->stack > BEGAN_REACH)
		return 0;
	return self.began.time;
}

/* Where nobody noted when the call began, its whole time is left. */
static void limit(struct again *again, int64_t timeout)
{
	int64_t began = noted_beginning(again);

	again->deadline = (began ? began : timeout_now(again->clock)) + timeout;
	timeout_stop(again);
}

static int find(int64_t nr)
{
	for (size_t i = 0; i < CALLS; i++)
		if (calls[i].nr == nr)
			return (int)i;
	return -1;
}

/* Whether the kernel could write there what is left. */
static int is_writable(const void *place)
{
	struct timespec same = *(const struct timespec *)place;
	struct iovec from = { &same, sizeof(same) };
	struct iovec to = { (void *)place, sizeof(same) };

	return sys_call6(SYS_process_vm_writev, sys_getpid(), sys_arg(&from), 1, sys_arg(&to), 1,
			 0) == sizeof(same);
}

static int read_timeout(struct again *again, int call)
{
	int argument = calls[call].argument;
	enum form form = calls[call].form;
	const void *place = place_of(again, argument);
	const void *rest = place_of_rest(again);

	if (form == MILLISECONDS) {
		int32_t milliseconds = (int32_t)again->registers[argument];

		if (milliseconds <= 0)
			return 0;
		limit(again, milliseconds * 1000000LL);
		return 1;
	}
	if (!place)
		return 0;
	if (again->program_nr == SYS_clock_nanosleep)
		again->clock = timeout_clock((int)again->registers[0]);
	again->timeval = form == TIMEVAL_LEFT;
	if (rest || (form != TIMESPEC && is_writable(place))) {
		/* The kernel has just written it there. */
		again->left = nanoseconds(rest ? rest : place, again->timeval);
		again->deadline = timeout_now(again->clock) + again->left;
		if (!rest)
			again->copy_back = (uint64_t)(uintptr_t)place;
		return 1;
	}
	limit(again, nanoseconds(place, again->timeval));
	return 1;
}

/* epoll_pwait2 is there since Linux 5.11; before it, milliseconds must do. */
static int has_epoll_pwait2(void)
{
	return sys_call6(SYS_epoll_pwait2, -1, 0, 0, 0, 0, 0) != -ENOSYS;
}

static void fill_arguments(struct again *again, int call)
{
	uint64_t *arguments = again->arguments;
	int argument = calls[call].argument;

	memcpy(arguments, again->registers, sizeof(again->registers));
	again->nr = calls[call].again;
	arguments[argument] = (uint64_t)(uintptr_t)&again->time;
	switch (again->program_nr) {
	case SYS_poll:
		arguments[3] = 0;
		arguments[4] = SET_SIZE;
		break;
	case SYS_epoll_wait:
		arguments[4] = 0;
		arguments[5] = SET_SIZE;
		break;
	case SYS_io_uring_enter:
		memcpy(again->extra.words, (void *)(uintptr_t)again->registers[4],
		       (RING_TIMEOUT + 1) * sizeof(uint64_t));
		again->extra.words[RING_TIMEOUT] = (uint64_t)(uintptr_t)&again->time;
		arguments[4] = (uint64_t)(uintptr_t)again->extra.words;
		break;
	}
}

int timeout_prepare(struct again *again)
{
	int call = find(again->program_nr);

	again->clock = CLOCK_MONOTONIC;
	if (call < 0 || !is_relative(again) || !read_timeout(again, call))
		return 0;
	if (calls[call].again == SYS_epoll_pwait2 && again->program_nr != SYS_epoll_pwait2 &&
	    !has_epoll_pwait2())
		return 0;
	fill_arguments(again, call);
	again->kind = AGAIN_ONCE;
	return 1;
}

/* What a socket call waits for, or 0. */
static int waits_for(int64_t nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
	case SYS_accept:
	case SYS_accept4:
		return POLLIN;
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_connect:
		return POLLOUT;
	default:
		return 0;
	}
}

int timeout_prepare_socket(struct again *again)
{
	int events = waits_for(again->program_nr), fd = (int)again->registers[0];
	int option = events == POLLIN ? SO_RCVTIMEO : SO_SNDTIMEO;
	struct pollfd wait = { .fd = fd, .events = (short)events };
	struct timeval limited = { 0, 0 };
	socklen_t size = sizeof(limited);

	again->clock = CLOCK_MONOTONIC;
	if (!events ||
	    sys_call6(SYS_getsockopt, fd, SOL_SOCKET, option, sys_arg(&limited), sys_arg(&size),
		      0) ||
	    (!limited.tv_sec && !limited.tv_usec))
		return 0;
	limit(again, nanoseconds(&limited, 1));
	memcpy(again->extra.words, &wait, sizeof(wait));
	again->nr = SYS_ppoll;
	again->arguments[0] = (uint64_t)(uintptr_t)again->extra.words;
	again->arguments[1] = 1;
	again->arguments[2] = (uint64_t)(uintptr_t)&again->time;
	again->arguments[3] = 0;
	again->arguments[4] = SET_SIZE;
	again->kind = AGAIN_WAIT;
	return 1;
}

void timeout_stop(struct again *again)
{
	again->left = again->deadline - timeout_now(again->clock);
}

void timeout_revive(struct again *again)
{
	again->deadline = timeout_now(again->clock) + again->left;
}

void timeout_go_on(struct again *again)
{
	int64_t left = again->deadline - timeout_now(again->clock);

	if (left < 0)
		left = 0;
	again->time.tv_sec = left / SECOND;
	again->time.tv_nsec = left % SECOND / (again->timeval ? 1000 : 1);
}
