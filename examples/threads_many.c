/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two hundred threads that pass a number around. */
#include "check.h"

#define THREADS 200

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed[THREADS];
static int turn, finished;
static long passes;

static void *live(void *argument)
{
	int number = (int)(intptr_t)argument, tid = gettid();

	CHECK_ZERO(pthread_mutex_lock(&lock));
	while (!finished) {
		while (turn != number && !finished)
			CHECK_ZERO(pthread_cond_wait(&changed[number], &lock));
		CHECK_IS(gettid(), tid);
		turn = (number + 1) % THREADS;
		passes++;
		CHECK_ZERO(pthread_cond_signal(&changed[turn]));
	}
	CHECK_ZERO(pthread_mutex_unlock(&lock));
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];
	pthread_attr_t small;
	void *result;
	long before;

	CHECK_ZERO(pthread_attr_init(&small));
	CHECK_ZERO(pthread_attr_setstacksize(&small, 64 << 10));
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_cond_init(&changed[i], NULL));
	for (intptr_t i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_create(&threads[i], &small, live, (void *)i));
	check_ready();
	check_wait();
	CHECK_ZERO(pthread_mutex_lock(&lock));
	before = passes;
	CHECK_ZERO(pthread_mutex_unlock(&lock));
	check_pause(20000);
	CHECK_ZERO(pthread_mutex_lock(&lock));
	CHECK(passes > before, "nothing moves any more after %ld passes", before);
	finished = 1;
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_cond_signal(&changed[i]));
	CHECK_ZERO(pthread_mutex_unlock(&lock));
	for (intptr_t i = 0; i < THREADS; i++) {
		CHECK_ZERO(pthread_join(threads[i], &result));
		CHECK_IS((intptr_t)result, i);
	}
	return check_passed();
}
