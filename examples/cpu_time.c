/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPU clocks, times() and getrusage() go on from where they were, of the process and of each thread. */
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>

#include "check.h"

#define WORK     120000000LL /* ns of CPU time before the first ghost */
#define AT_MOST  2000000000LL /* that it can have grown by */
#define READINGS 16

static atomic_int worked, asked;
static clockid_t other_clock;

static int64_t read_clock(clockid_t clock)
{
	struct timespec time;

	CHECK_CALL(clock_gettime(clock, &time));
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t nanoseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000000LL + time->tv_usec * 1000LL;
}

static void work(int64_t least)
{
	uint64_t dice = 1;

	while (read_clock(CLOCK_THREAD_CPUTIME_ID) < least)
		for (int i = 0; i < 100000; i++)
			check_random(&dice);
}

static void read_usage(int who, int64_t *readings)
{
	struct rusage usage;

	CHECK_CALL(getrusage((__rusage_who_t)who, &usage));
	readings[0] = nanoseconds(&usage.ru_utime) + nanoseconds(&usage.ru_stime);
	readings[1] = usage.ru_minflt;
	readings[2] = usage.ru_nvcsw + usage.ru_nivcsw;
}

/* All that may only grow. */
static void read_all(int64_t *readings)
{
	struct tms ticks;
	clockid_t process;

	CHECK_CALL(times(&ticks));
	CHECK_ZERO(clock_getcpuclockid(0, &process));
	readings[0] = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	readings[1] = read_clock(CLOCK_THREAD_CPUTIME_ID);
	readings[2] = (int64_t)clock() * (1000000000LL / CLOCKS_PER_SEC);
	readings[3] = (ticks.tms_utime + ticks.tms_stime) * (1000000000LL / sysconf(_SC_CLK_TCK));
	readings[4] = ticks.tms_cutime + ticks.tms_cstime;
	readings[5] = read_clock(process);
	readings[6] = read_clock(other_clock);
	read_usage(RUSAGE_SELF, readings + 7);
	read_usage(RUSAGE_THREAD, readings + 10);
	read_usage(RUSAGE_CHILDREN, readings + 13);
}

static void compare(const int64_t *before, const int64_t *after)
{
	static const int times[] = { 0, 1, 2, 3, 5, 6, 7, 10 };

	for (int i = 0; i < READINGS; i++)
		CHECK(after[i] >= before[i], "reading %d was %lld and is %lld", i,
		      (long long)before[i], (long long)after[i]);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		CHECK(before[times[i]] >= WORK - 30000000, "reading %d was %lld only", times[i],
		      (long long)before[times[i]]);
		CHECK(after[times[i]] < before[times[i]] + AT_MOST, "reading %d was %lld, is %lld",
		      times[i], (long long)before[times[i]], (long long)after[times[i]]);
	}
	/* The same thing by another way. */
	CHECK(llabs(after[0] - after[7]) < 40000000 && llabs(after[0] - after[5]) < 40000000,
	      "the process has used %lld, %lld or %lld", (long long)after[0], (long long)after[7],
	      (long long)after[5]);
}

static void *run(void *argument)
{
	int64_t before, after;

	work(WORK);
	CHECK_ZERO(pthread_getcpuclockid(pthread_self(), &other_clock));
	before = read_clock(CLOCK_THREAD_CPUTIME_ID);
	worked = 1;
	while (!asked)
		check_pause(1000);
	after = read_clock(CLOCK_THREAD_CPUTIME_ID);
	CHECK(after >= before && after < before + AT_MOST, "the thread had used %lld, now %lld",
	      (long long)before, (long long)after);
	CHECK(llabs(read_clock(other_clock) - after) < 20000000, "another clock, another time");
	return argument;
}

/* A moment of the process's CPU clock, while another thread uses time. */
static void *be_busy(void *argument)
{
	work(read_clock(CLOCK_THREAD_CPUTIME_ID) + 60000000);
	return argument;
}

static void check_sleep(void)
{
	int64_t wanted = read_clock(CLOCK_PROCESS_CPUTIME_ID) + 30000000;
	const struct timespec moment = { wanted / 1000000000, wanted % 1000000000 };
	pthread_t busy = check_thread(be_busy, NULL);

	CHECK_ZERO(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &moment, NULL));
	CHECK(read_clock(CLOCK_PROCESS_CPUTIME_ID) >= wanted, "awake too soon");
	CHECK_ZERO(pthread_join(busy, NULL));
}

static void have_child(void)
{
	pid_t child = (pid_t)CHECK_CALL(fork());
	int status;

	if (!child) {
		CHECK(read_clock(CLOCK_PROCESS_CPUTIME_ID) < WORK, "a child begins with time");
		work(30000000);
		_exit(0);
	}
	CHECK_CALL(waitpid(child, &status, 0));
	CHECK_IS(status, 0);
}

int main(void)
{
	int64_t before[READINGS], after[READINGS];
	pthread_t thread;

	have_child();
	thread = check_thread(run, NULL);
	work(WORK);
	while (!worked)
		check_pause(1000);
	read_all(before);
	CHECK(before[4] > 0, "the child has used nothing");
	check_ready();
	check_wait();
	read_all(after);
	compare(before, after);
	asked = 1;
	CHECK_ZERO(pthread_join(thread, NULL));
	have_child();
	check_sleep();
	return check_passed();
}
