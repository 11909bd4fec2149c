/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CLOCK_MONOTONIC and CLOCK_BOOTTIME on another machine; tests/examples/clocks.py drives it. */
#include <signal.h>

#include "check.h"

/* How many seconds it will be told that the other machines were ahead, together. */
static long expected_ahead(void)
{
	const char *ahead = getenv("KRG_EXAMPLE_AHEAD");

	return ahead ? atol(ahead) : 0;
}

static int64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec * 1000000000LL + time->tv_nsec;
}

/* By the vDSO, and it must agree with the kernel. */
static int64_t read_clock(clockid_t clock)
{
	struct timespec time, first, last;

	CHECK_CALL(syscall(SYS_clock_gettime, clock, &first));
	CHECK_CALL(clock_gettime(clock, &time));
	CHECK_CALL(syscall(SYS_clock_gettime, clock, &last));
	CHECK(nanoseconds(&first) <= nanoseconds(&time) && nanoseconds(&time) <= nanoseconds(&last),
	      "clock %d by the vDSO is %lld, by the kernel %lld", clock,
	      (long long)nanoseconds(&time), (long long)nanoseconds(&first));
	return nanoseconds(&time);
}

static void check_clock(clockid_t clock, int64_t before)
{
	int64_t passed = read_clock(clock) - before - expected_ahead() * 1000000000LL;

	CHECK(passed >= 0 && passed < 60000000000LL, "clock %d has gone on by %lld ns", clock,
	      (long long)passed);
}

/* A moment of the clock comes when it says so. */
static void check_sleep(void)
{
	struct timespec moment;
	int64_t wanted;

	CHECK_CALL(clock_gettime(CLOCK_MONOTONIC, &moment));
	moment.tv_sec += moment.tv_nsec >= 980000000;
	moment.tv_nsec = (moment.tv_nsec + 20000000) % 1000000000;
	wanted = nanoseconds(&moment);
	CHECK_ZERO(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL));
	CHECK(read_clock(CLOCK_MONOTONIC) >= wanted, "awake too soon");
	CHECK(read_clock(CLOCK_MONOTONIC) < wanted + 5000000000LL, "awake too late");
}

int main(void)
{
	int64_t monotonic = read_clock(CLOCK_MONOTONIC);
	int64_t boottime = read_clock(CLOCK_BOOTTIME);
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	struct itimerspec hour = { { 0, 0 }, { 0, 0 } };
	timer_t timer;

	CHECK_CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
	hour.it_value.tv_sec = monotonic / 1000000000 + 3600 + expected_ahead();
	CHECK_CALL(timer_settime(timer, TIMER_ABSTIME, &hour, NULL));
	check_ready();
	check_wait();
	check_clock(CLOCK_MONOTONIC, monotonic);
	check_clock(CLOCK_MONOTONIC_COARSE, monotonic - 20000000);
	check_clock(CLOCK_MONOTONIC_RAW, monotonic - 1000000000);
	check_clock(CLOCK_BOOTTIME, boottime);
	CHECK_CALL(timer_gettime(timer, &hour));
	CHECK(hour.it_value.tv_sec > 3500 && hour.it_value.tv_sec <= 3600, "%ld s are left",
	      (long)hour.it_value.tv_sec);
	check_sleep();
	return check_passed();
}
