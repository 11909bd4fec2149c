/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Condition variables: threads that wait, with and without a limit, and a queue that never rests. */
#include "check.h"

#define WAITERS 4
#define ROOM    8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate = PTHREAD_COND_INITIALIZER, one_by_one = PTHREAD_COND_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static int open_gate, tickets;
static long queue[ROOM], in, out;

static void *wait_at_gate(void *argument)
{
	struct timespec late;

	clock_gettime(CLOCK_REALTIME, &late);
	late.tv_sec += 3600;
	CHECK_ZERO(pthread_mutex_lock(&lock));
	while (!open_gate)
		CHECK_ZERO(argument ? pthread_cond_timedwait(&gate, &lock, &late)
				    : pthread_cond_wait(&gate, &lock));
	while (!tickets)
		CHECK_ZERO(pthread_cond_wait(&one_by_one, &lock));
	tickets--;
	CHECK_ZERO(pthread_mutex_unlock(&lock));
	return argument;
}

static void *produce(void *argument)
{
	long last = 0;

	while (last >= 0) {
		CHECK_ZERO(pthread_mutex_lock(&lock));
		while (in - out == ROOM)
			CHECK_ZERO(pthread_cond_wait(&emptied, &lock));
		last = check_told() ? -1 : last + 1;
		queue[in++ % ROOM] = last;
		CHECK_ZERO(pthread_cond_signal(&filled));
		CHECK_ZERO(pthread_mutex_unlock(&lock));
	}
	return argument;
}

static void consume_all(void)
{
	for (long wanted = 1, found = 0; found >= 0; wanted++) {
		CHECK_ZERO(pthread_mutex_lock(&lock));
		while (in == out)
			CHECK_ZERO(pthread_cond_wait(&filled, &lock));
		found = queue[out++ % ROOM];
		if (found >= 0)
			CHECK_IS(found, wanted);
		CHECK_ZERO(pthread_cond_signal(&emptied));
		CHECK_ZERO(pthread_mutex_unlock(&lock));
	}
}

/* A deadline in the past is one; a near one comes. */
static void time_out(void)
{
	struct timespec deadline;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_nsec = 0;
	CHECK_ZERO(pthread_mutex_lock(&lock));
	CHECK_IS(pthread_cond_timedwait(&gate, &lock, &deadline), ETIMEDOUT);
	CHECK_ZERO(pthread_mutex_unlock(&lock));
}

int main(void)
{
	pthread_t waiters[WAITERS], producer;

	for (intptr_t i = 0; i < WAITERS; i++)
		waiters[i] = check_thread(wait_at_gate, (void *)(i % 2));
	producer = check_thread(produce, NULL);
	check_ready();
	consume_all();
	time_out();
	CHECK_ZERO(pthread_mutex_lock(&lock));
	open_gate = 1;
	CHECK_ZERO(pthread_cond_broadcast(&gate));
	CHECK_ZERO(pthread_mutex_unlock(&lock));
	for (int i = 0; i < WAITERS; i++) {
		CHECK_ZERO(pthread_mutex_lock(&lock));
		tickets++;
		CHECK_ZERO(pthread_cond_signal(&one_by_one));
		CHECK_ZERO(pthread_mutex_unlock(&lock));
	}
	for (int i = 0; i < WAITERS; i++)
		CHECK_ZERO(pthread_join(waiters[i], NULL));
	CHECK_ZERO(pthread_join(producer, NULL));
	CHECK_IS(tickets, 0);
	return check_passed();
}
