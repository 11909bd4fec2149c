/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* timerfd: far ones, periodic ones, absolute ones, some that expired unread, and one that is waited for. */
#include <sys/ioctl.h>
#include <sys/timerfd.h>

#include "check.h"

#define FAR    3600
#define MANY   1000000ULL
#define PERIOD 10000000L /* ns */

static volatile unsigned long beats;

static int make(int clock, int flags, time_t seconds, long nanoseconds, time_t every, long rest)
{
	struct itimerspec times = { { every, rest }, { seconds, nanoseconds } };
	int fd = (int)CHECK_CALL(timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC));

	CHECK_CALL(timerfd_settime(fd, flags, &times, NULL));
	return fd;
}

static time_t now(int clock)
{
	struct timespec time;

	CHECK_CALL(clock_gettime(clock, &time));
	return time.tv_sec;
}

static uint64_t take(int fd)
{
	uint64_t expired;

	CHECK_IS(read(fd, &expired, 8), 8);
	return expired;
}

static void expect_silent(int fd)
{
	uint64_t expired;

	CHECK_IS(read(fd, &expired, 8), -1);
	CHECK_IS(errno, EAGAIN);
}

static void expect_left(const char *what, int fd, time_t least, time_t most, time_t every)
{
	struct itimerspec left;

	CHECK_CALL(timerfd_gettime(fd, &left));
	CHECK(left.it_value.tv_sec >= least && left.it_value.tv_sec <= most, "%s: %ld s are left",
	      what, (long)left.it_value.tv_sec);
	CHECK_IS(left.it_interval.tv_sec, every);
}

/* One that wakes a sleeping machine is only for some. */
static int make_alarm(void)
{
	int fd = timerfd_create(CLOCK_REALTIME_ALARM, TFD_NONBLOCK);
	struct itimerspec times = { .it_value.tv_sec = FAR };

	if (fd >= 0 && timerfd_settime(fd, 0, &times, NULL)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void *beat(void *argument)
{
	int fd = *(int *)argument;

	for (;;)
		beats += take(fd);
	return NULL;
}

int main(void)
{
	uint64_t many = MANY;
	time_t at = now(CLOCK_REALTIME) + FAR;
	int relative = make(CLOCK_MONOTONIC, 0, FAR, 0, 0, 0);
	int wall = make(CLOCK_REALTIME, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, at, 0, 7, 0);
	int absolute = make(CLOCK_BOOTTIME, TFD_TIMER_ABSTIME, now(CLOCK_BOOTTIME) + FAR, 0, 9, 0);
	int once = make(CLOCK_MONOTONIC, 0, 0, 1, 0, 0);
	int twice = make(CLOCK_REALTIME, 0, 0, 1, FAR, 0);
	int set = make(CLOCK_MONOTONIC, 0, FAR, 0, FAR, 0);
	int unread = make(CLOCK_MONOTONIC, 0, 0, PERIOD, 0, PERIOD);
	int off = make(CLOCK_MONOTONIC, 0, 0, 0, 5, 0);
	int twin = (int)CHECK_CALL(dup(relative)), alarm = make_alarm(), beating;
	int can_set = !ioctl(set, _IOW('T', 0, uint64_t), &many);

	beating = (int)CHECK_CALL(timerfd_create(CLOCK_MONOTONIC, 0));
	CHECK_CALL(timerfd_settime(
		beating, 0, &(struct itimerspec){ { 0, PERIOD / 2 }, { 0, PERIOD / 2 } }, NULL));
	check_thread(beat, &beating);
	check_pause(10 * PERIOD / 1000);
	check_ready();
	check_wait();
	beats = 0;
	for (int i = 0; beats < 3; i++) {
		CHECK(i < 3000, "only %lu beats in 3 seconds", beats);
		check_pause(1000);
	}
	expect_left("relative", relative, FAR - 300, FAR, 0);
	CHECK_IS(fcntl(relative, F_GETFD), FD_CLOEXEC);
	CHECK_IS(fcntl(relative, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_CALL(timerfd_settime(twin, 0, &(struct itimerspec){ .it_value.tv_sec = 77 }, NULL));
	expect_left("twin", relative, 70, 77, 0);
	expect_left("wall clock", wall, at - now(CLOCK_REALTIME) - 2, at - now(CLOCK_REALTIME), 7);
	expect_left("absolute", absolute, FAR - 300, FAR, 9);
	if (alarm >= 0)
		expect_left("alarm", alarm, FAR - 300, FAR, 0);
	CHECK_IS(take(once), 1);
	expect_silent(once);
	expect_left("once", once, 0, 0, 0);
	CHECK_IS(take(twice), 1);
	expect_left("twice", twice, FAR - 300, FAR, FAR);
	if (can_set)
		CHECK_IS(take(set), MANY);
	expect_left("set", set, FAR - 300, FAR, FAR);
	CHECK(take(unread) >= 10, "expirations that nobody had read are gone");
	expect_silent(off);
	expect_left("off", off, 0, 0, 5);
	return check_passed();
}
