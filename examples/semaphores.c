/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* POSIX semaphores, barriers and pthread_once in the middle of their work. */
#include <semaphore.h>
#include <stdatomic.h>

#include "check.h"

#define PARTY 5

static sem_t stock, nothing, ping, pong;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int serial, initialised, at_barrier, finished;

static void *wait_for_nothing(void *argument)
{
	struct timespec late;

	clock_gettime(CLOCK_REALTIME, &late);
	late.tv_sec += 3600;
	CHECK_CALL(argument ? sem_timedwait(&nothing, &late) : sem_wait(&nothing));
	return argument;
}

static void *meet(void *argument)
{
	int result;

	at_barrier++;
	result = pthread_barrier_wait(&barrier);
	if (result == PTHREAD_BARRIER_SERIAL_THREAD)
		serial++;
	else
		CHECK_ZERO(result);
	return argument;
}

/* Still under way when the ghosts are made. */
static void initialise(void)
{
	check_wait();
	initialised++;
}

static void *run_once(void *argument)
{
	CHECK_ZERO(pthread_once(&once, initialise));
	CHECK_IS(initialised, 1);
	return argument;
}

static void *answer(void *argument)
{
	for (;;) {
		CHECK_CALL(sem_wait(&ping));
		CHECK_CALL(sem_post(&pong));
		if (finished)
			return argument;
	}
}

int main(void)
{
	pthread_t threads[PARTY + 4];
	int count = 0, value;

	CHECK_CALL(sem_init(&stock, 0, 12));
	CHECK_CALL(sem_init(&nothing, 0, 0));
	CHECK_CALL(sem_init(&ping, 0, 0));
	CHECK_CALL(sem_init(&pong, 0, 0));
	CHECK_ZERO(pthread_barrier_init(&barrier, NULL, PARTY));
	for (int i = 0; i < PARTY - 1; i++)
		threads[count++] = check_thread(meet, NULL);
	for (intptr_t i = 0; i < 2; i++)
		threads[count++] = check_thread(wait_for_nothing, (void *)i);
	for (int i = 0; i < 2; i++)
		threads[count++] = check_thread(run_once, NULL);
	threads[count] = check_thread(answer, NULL);
	while (at_barrier < PARTY - 1)
		check_pause(100);
	check_ready();
	do {
		CHECK_CALL(sem_post(&ping));
		CHECK_CALL(sem_wait(&pong));
	} while (!check_told());
	finished = 1;
	CHECK_CALL(sem_post(&ping));
	CHECK_ZERO(pthread_join(threads[count], NULL));
	CHECK_CALL(sem_getvalue(&stock, &value));
	CHECK_IS(value, 12);
	CHECK_IS(serial, 0);
	meet(NULL);
	CHECK_CALL(sem_post(&nothing));
	CHECK_CALL(sem_post(&nothing));
	while (count-- > 0)
		CHECK_ZERO(pthread_join(threads[count], NULL));
	CHECK_IS(serial, 1);
	return check_passed();
}
