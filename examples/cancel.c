/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads are cancelled after the restart: two that sleep, one that waits, one that never stops. */
#include <stdatomic.h>

#include "check.h"

#define THREADS 5

static atomic_int cleaned, spins, started;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void clean(void *argument)
{
	cleaned += (int)(intptr_t)argument;
}

static void unlock(void *argument)
{
	CHECK_ZERO(pthread_mutex_unlock(argument));
}

static void *sleep_on(void *argument)
{
	pthread_cleanup_push(clean, (void *)1);
	started++;
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return argument;
}

/* With a limit that is far away: made again with what is left of it. */
static void *sleep_long(void *argument)
{
	pthread_cleanup_push(clean, (void *)1000);
	started++;
	for (;;)
		check_pause(1000000000);
	pthread_cleanup_pop(0);
	return argument;
}

static void *wait_on(void *argument)
{
	pthread_cleanup_push(clean, (void *)10);
	CHECK_ZERO(pthread_mutex_lock(&lock));
	pthread_cleanup_push(unlock, &lock);
	started++;
	for (;;)
		CHECK_ZERO(pthread_cond_wait(&never, &lock));
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return argument;
}

/* No cancellation point anywhere: only a signal can stop it. */
static void *spin(void *argument)
{
	CHECK_ZERO(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL));
	started++;
	for (;;)
		spins++;
	return argument;
}

/* Refuses to be cancelled, then allows it. */
static void *refuse(void *argument)
{
	CHECK_ZERO(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL));
	started++;
	check_wait();
	check_pause(5000);
	cleaned += 100;
	CHECK_ZERO(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL));
	/* Told at the same time as main(), it may be here before it is cancelled. */
	for (;;)
		pause();
	return argument;
}

int main(void)
{
	static void *(*const kinds[])(void *) = { sleep_on, wait_on, spin, refuse, sleep_long };
	pthread_t threads[THREADS];
	void *result;

	for (int i = 0; i < THREADS; i++)
		threads[i] = check_thread(kinds[i], NULL);
	while (started < THREADS)
		check_pause(100);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_cancel(threads[i]));
	for (int i = 0; i < THREADS; i++) {
		CHECK_ZERO(pthread_join(threads[i], &result));
		CHECK(result == PTHREAD_CANCELED, "thread %d returned %p", i, result);
	}
	CHECK_IS(cleaned, 1111);
	CHECK_ZERO(pthread_mutex_lock(&lock));
	return check_passed();
}
