/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What calls of libc cost: "calls CPU MILLISECONDS" prints "nanoseconds name" lines.
 *
 * The least of many short batches is printed: what a neighbour on the machine adds
 * is never negative. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BATCH 200000		/* nanoseconds */

static int ends[2];

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void call_getpid(void)
{
	getpid();
}

static void call_pipe(void)
{
	char byte = 1;

	if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
		abort();
}

static void call_open(void)
{
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (file < 0 || close(file))
		abort();
}

static void *nothing(void *argument)
{
	return argument;
}

static void call_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
		abort();
}

static void call_malloc(void)
{
	static size_t size;
	void *volatile block = malloc(16 + (size += 48) % 2048);

	free(block);
}

static void call_sigprocmask(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		abort();
}

static void call_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
}

static void call_nanosleep(void)
{
	const struct timespec none = { 0, 0 };

	if (nanosleep(&none, NULL))
		abort();
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{ "getpid", call_getpid },          { "a byte through a pipe", call_pipe },
	{ "open + close", call_open },      { "pthread_create + join", call_thread },
	{ "malloc + free", call_malloc },   { "sigprocmask", call_sigprocmask },
	{ "nanosleep(0)", call_nanosleep }, { "clock_gettime", call_clock },
};

static int64_t time_batch(void (*call)(void), long count)
{
	int64_t start = now();

	while (count--)
		call();
	return now() - start;
}

/* How many calls fill a batch; warms everything up as well. */
static long calibrate(void (*call)(void))
{
	long count = 1;

	while (time_batch(call, count) < BATCH)
		count *= 2;
	return count;
}

static double least(void (*call)(void), int milliseconds)
{
	long count = calibrate(call);
	int64_t end = now() + milliseconds * 1000000LL, best = INT64_MAX;

	while (now() < end) {
		int64_t time = time_batch(call, count);

		if (time < best)
			best = time;
	}
	return (double)best / (double)count;
}

/* On one CPU, or the scheduler would be measured with whatever wakes another task. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int count, char **arguments)
{
	if (count != 3 || pipe(ends)) {
		fprintf(stderr, "usage: calls CPU MILLISECONDS\n");
		return 2;
	}
	stay_on(atoi(arguments[1]));
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		printf("%.3f %s\n", least(calls[i].call, atoi(arguments[2])), calls[i].name);
	return 0;
}
