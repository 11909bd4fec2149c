/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program's own handlers interrupt its calls as they always did, ghosts or not. */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "check.h"

#define SOON 15000 /* microseconds; again and again, for one may come before the call */

static volatile sig_atomic_t ticks;
static sigjmp_buf way_out;
static int silent[2];

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

/* Sleeps within the call that it interrupts. */
static void tick_slowly(int signal)
{
	int before = errno;

	(void)signal;
	check_pause(4000);
	ticks++;
	errno = before;
}

static void leave(int signal)
{
	(void)signal;
	ticks++;
	siglongjmp(way_out, 1);
}

static void feed(int signal)
{
	(void)signal;
	if (++ticks == 1)
		CHECK_CALL(write(silent[1], "x", 1));
}

static void arm(void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	struct itimerval soon = { { 0, SOON }, { 0, SOON } };

	CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	ticks = 0;
	CHECK_CALL(setitimer(ITIMER_REAL, &soon, NULL));
}

static void disarm(void)
{
	CHECK_CALL(setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, 0 } }, NULL));
	CHECK(ticks, "no signal came");
}

static void expect_interrupted(const char *what, long result)
{
	int error = errno;

	disarm();
	CHECK(result == -1 && error == EINTR, "%s: %ld, %s", what, result, strerror(error));
}

static void sleep_long(void (*handler)(int), int flags)
{
	struct timespec time = { 100, 0 }, rest = { 0, 0 };

	arm(handler, flags);
	expect_interrupted("nanosleep", nanosleep(&time, &rest));
	CHECK(rest.tv_sec >= 60 && rest.tv_sec < 100, "of 100 s %ld were left", (long)rest.tv_sec);
	arm(handler, flags);
	expect_interrupted("nanosleep", nanosleep(&time, NULL));
	arm(handler, flags);
	expect_interrupted("poll", poll(NULL, 0, 100000));
}

static void wait_for_byte(void)
{
	char byte;

	arm(tick, 0);
	expect_interrupted("read", read(silent[0], &byte, 1));
	arm(feed, SA_RESTART);
	CHECK_IS(read(silent[0], &byte, 1), 1);
	disarm();
}

static void jump_out(void)
{
	if (!sigsetjmp(way_out, 1)) {
		arm(leave, 0);
		check_pause(100000000);
		CHECK(0, "the sleep is over");
	}
	disarm();
}

int main(void)
{
	CHECK_CALL(pipe(silent));
	check_ready();
	do {
		sleep_long(tick, 0);
		sleep_long(tick, SA_RESTART);
		sleep_long(tick_slowly, 0);
		wait_for_byte();
		jump_out();
	} while (!check_told());
	return check_passed();
}
