/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the examples share: when to look, and saying what is wrong. */
#ifndef EXAMPLES_CHECK_H
#define EXAMPLES_CHECK_H

/* An example sets something up and calls check_ready(); then it works or sleeps
 * while ghosts of it are made, it is killed and comes back.  When it is told to go
 * on it looks at everything again and ends with check_passed():
 *
 *	check_ready();
 *	check_wait();			or: while (!check_told()) work();
 *	CHECK_IS(getpid(), before);
 *	return check_passed();
 *
 * tests/examples/run.py drives it; KRG_EXAMPLE_GO names the file that tells.  By
 * hand: without that variable it goes on when its standard input ends. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHECK_SKIPPED 77

/* The condition, and a sentence as for printf() that tells what is the case. */
#define CHECK(condition, ...) ((condition) ? (void)0 : check_wrong(__FILE__, __LINE__, __VA_ARGS__))

/* Two numbers should be the same. */
#define CHECK_IS(found, wanted) \
	check_same(__FILE__, __LINE__, #found, (long long)(found), (long long)(wanted))

/* A call that returns -1 and errno where it fails; has the value of the call. */
#define CHECK_CALL(call) check_call(__FILE__, __LINE__, #call, (long)(call))

/* A call that returns an error number, as those of pthreads do. */
#define CHECK_ZERO(call) check_zero(__FILE__, __LINE__, #call, (call))

/* One write(2) and no lock: it may be called with the world in any state. */
static inline void check_say(const char *format, va_list list)
{
	char line[512];
	int length = vsnprintf(line, sizeof(line) - 1, format, list);

	if (length > (int)sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	line[length] = '\n';
	if (write(2, line, (size_t)length + 1) < 0)
		_exit(3);
}

__attribute__((format(printf, 1, 2))) static inline void check_print(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	check_say(format, list);
	va_end(list);
}

__attribute__((noreturn, format(printf, 3, 4))) static inline void
check_wrong(const char *file, int line, const char *format, ...)
{
	va_list list;

	check_print("%s:%d: wrong:", file, line);
	va_start(list, format);
	check_say(format, list);
	va_end(list);
	_exit(1);
}

static inline void check_same(const char *file, int line, const char *what, long long found,
			      long long wanted)
{
	if (found != wanted)
		check_wrong(file, line, "%s is %lld (0x%llx), not %lld (0x%llx)", what, found,
			    (unsigned long long)found, wanted, (unsigned long long)wanted);
}

static inline long check_call(const char *file, int line, const char *what, long result)
{
	if (result == -1)
		check_wrong(file, line, "%s: %s", what, strerror(errno));
	return result;
}

static inline void check_zero(const char *file, int line, const char *what, int error)
{
	if (error)
		check_wrong(file, line, "%s: %s", what, strerror(error));
}

/* This machine or kernel does not have what the example is about. */
__attribute__((noreturn, format(printf, 1, 2))) static inline void check_skip(const char *format,
									      ...)
{
	va_list list;

	va_start(list, format);
	check_say(format, list);
	va_end(list);
	_exit(CHECK_SKIPPED);
}

/* Plain system calls on purpose: no buffer of stdio is in a state of its own. */
static inline void check_ready(void)
{
	CHECK_CALL(write(1, "ready\n", 6));
}

static inline int check_told(void)
{
	const char *go = getenv("KRG_EXAMPLE_GO");
	struct stat stat_of_go;
	struct pollfd input = { .fd = 0, .events = POLLIN };

	return go ? !stat(go, &stat_of_go) : poll(&input, 1, 0) > 0;
}

/* Idle; whether this sleep itself is carried well is for blocked_sleep.c to say. */
static inline void check_wait(void)
{
	const struct timespec pause = { .tv_nsec = 3000000 };

	while (!check_told())
		nanosleep(&pause, NULL);
}

static inline int check_passed(void)
{
	CHECK_CALL(write(1, "PASS\n", 5));
	return 0;
}

/* Same for all that is repeated here and there: pauses and numbers. */
static inline void check_pause(long microseconds)
{
	const struct timespec pause = { .tv_sec = microseconds / 1000000,
					.tv_nsec = microseconds % 1000000 * 1000 };

	nanosleep(&pause, NULL);
}

/* The same sequence each time; the state must not be 0. */
static inline uint64_t check_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static inline pthread_t check_thread(void *(*run)(void *), void *argument)
{
	pthread_t thread;

	CHECK_ZERO(pthread_create(&thread, NULL, run, argument));
	return thread;
}

#endif
