/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timers that were set to a moment of a clock keep it, and their ticks are all counted. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#define CLOCKS   4
#define INTERVAL 20000000LL /* ns */
#define FAR      3600000000000LL
#define ERROR    1000000LL

static const clockid_t clocks[CLOCKS] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME,
					  CLOCK_TAI };
static int64_t begin[CLOCKS];
static timer_t periodic[CLOCKS], far[CLOCKS], used_up;
static atomic_llong ticks[CLOCKS], in_time[2];

static int64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec * 1000000000LL + time->tv_nsec;
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec time;

	CHECK_CALL(clock_gettime(clock, &time));
	return nanoseconds(&time);
}

static void set(timer_t timer, int64_t moment, int64_t interval)
{
	struct itimerspec setting = {
		{ interval / 1000000000, interval % 1000000000 },
		{ moment / 1000000000, moment % 1000000000 },
	};

	CHECK_CALL(timer_settime(timer, TIMER_ABSTIME, &setting, NULL));
}

static timer_t make(clockid_t clock, int signal, int value)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal };
	timer_t timer;

	event.sigev_value.sival_int = value;
	CHECK_CALL(timer_create(clock, &event, &timer));
	return timer;
}

static void on_tick(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	ticks[info->si_value.sival_int] += 1 + info->si_overrun;
}

static void on_use(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	in_time[info->si_value.sival_int] = read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static void use_up(int number)
{
	int64_t moment = read_clock(CLOCK_PROCESS_CPUTIME_ID) + 30000000;
	uint64_t dice = 1;

	in_time[number] = 0;
	set(used_up, moment, 0);
	while (!in_time[number]) {
		for (int i = 0; i < 10000; i++)
			check_random(&dice);
		CHECK(read_clock(CLOCK_PROCESS_CPUTIME_ID) < moment + 100000000,
		      "the timer of the CPU's clock is late");
	}
	CHECK(in_time[number] >= moment, "the timer of the CPU's clock is %lld ns early",
	      (long long)(moment - in_time[number]));
}

/* When a timer will fire next, between two readings of its clock, in an interval
 * as narrow as the machine's load permits. */
static int64_t moment_of(timer_t timer, clockid_t clock, int64_t *latest)
{
	struct itimerspec left;
	int64_t earliest = read_clock(clock);

	CHECK_CALL(timer_gettime(timer, &left));
	*latest = read_clock(clock) + nanoseconds(&left.it_value);
	return earliest + nanoseconds(&left.it_value);
}

static void look(int clock)
{
	int64_t now, counted, wanted, latest, earliest;

	earliest = moment_of(far[clock], clocks[clock], &latest);
	wanted = begin[clock] + FAR;
	CHECK(earliest <= wanted + ERROR && latest >= wanted - ERROR,
	      "clock %d: an hour would end %lld ns late", clocks[clock],
	      (long long)(earliest - wanted));
	earliest = moment_of(periodic[clock], clocks[clock], &latest);
	wanted = latest + ERROR - (latest + ERROR - begin[clock]) % INTERVAL;
	CHECK(earliest <= wanted + ERROR, "clock %d: a tick would be %lld ns late", clocks[clock],
	      (long long)(earliest - wanted));
	/* A tick after every interval; two may be on their way. */
	counted = ticks[clock];
	now = (read_clock(clocks[clock]) - begin[clock]) / INTERVAL;
	CHECK(counted >= now - 2 && counted <= now + 1, "clock %d: %lld ticks of %lld",
	      clocks[clock], (long long)counted, (long long)now);
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART };

	CHECK_CALL(sigaction(SIGRTMIN + 1, &action, NULL));
	action.sa_sigaction = on_use;
	CHECK_CALL(sigaction(SIGRTMIN + 2, &action, NULL));
	used_up = make(CLOCK_PROCESS_CPUTIME_ID, SIGRTMIN + 2, 0);
	use_up(0);
	for (int i = 0; i < CLOCKS; i++) {
		periodic[i] = make(clocks[i], SIGRTMIN + 1, i);
		far[i] = make(clocks[i], SIGRTMIN + 1, i);
		begin[i] = read_clock(clocks[i]);
		set(periodic[i], begin[i] + INTERVAL, INTERVAL);
		set(far[i], begin[i] + FAR, 0);
	}
	check_ready();
	check_wait();
	check_pause(50000);
	for (int i = 0; i < CLOCKS; i++)
		look(i);
	use_up(0);
	return check_passed();
}
