/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters: each thread keeps its own, and what it has from the thread that made it. */
#include <stdatomic.h>

#include "filter.h"

#define THREADS 4

/* Calls that nobody needs. */
static const int calls[] = { SYS_getpriority, SYS_getpgrp, SYS_sched_get_priority_max,
			     SYS_sched_get_priority_min };

struct thread {
	int errors[4]; /* what its calls end with; 0: they work */
	int forbids; /* the one that it forbids itself, or -1 */
	int count;
};

static struct thread threads[THREADS] = {
	{ { 0, 0, 0, 0 }, -1, 0 }, /* there before all filters */
	{ { 71, 72, 0, 0 }, -1, 0 }, /* made by a thread with two */
	{ { 71, 72, 73, 0 }, 2, 0 }, /* with one of its own */
	{ { 71, 72, 0, 74 }, 3, 0 }, /* … and another one */
};
static atomic_int ready;
static int inherited;

static void check_calls(const struct thread *thread)
{
	for (int i = 0; i < 4; i++)
		CHECK_IS(filter_error(calls[i]), thread->errors[i]);
	CHECK_IS(prctl(PR_GET_SECCOMP), thread->count + inherited ? SECCOMP_MODE_FILTER : 0);
}

static void *run(void *argument)
{
	struct thread *thread = argument;

	if (thread->forbids >= 0)
		filter_forbid(calls[thread->forbids], 71 + thread->forbids, 0);
	for (int i = 0; i < 4; i++)
		thread->count += thread->errors[i] != 0;
	check_calls(thread);
	CHECK_IS(filter_count(), thread->count + inherited);
	ready++;
	check_wait();
	check_calls(thread);
	return argument;
}

static void *check_child(void *argument)
{
	CHECK_IS(filter_error(calls[0]), 71);
	CHECK_IS(filter_error(calls[1]), 72);
	CHECK_IS(filter_error(calls[2]), 0);
	return argument;
}

static void start(pthread_t *made, int thread)
{
	made[thread] = check_thread(run, &threads[thread]);
	while (ready <= thread)
		check_pause(100);
}

int main(void)
{
	pthread_t made[THREADS];
	int own;

	inherited = filter_count();
	start(made, 0);
	filter_forbid(calls[0], 71, 1);
	filter_forbid(calls[1], 72, 0);
	own = filter_count() - inherited;
	CHECK_IS(own, 2);
	for (int i = 1; i < THREADS; i++)
		start(made, i);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(made[i], NULL));
	CHECK_IS(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	/* New ones have what their maker has, and more can be added. */
	CHECK_ZERO(pthread_join(check_thread(check_child, NULL), NULL));
	filter_forbid(calls[3], 75, 1);
	CHECK_IS(filter_error(calls[3]), 75);
	CHECK_IS(filter_error(calls[0]), 71);
	return check_passed();
}
