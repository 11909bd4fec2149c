/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that begin and end all the time, joined and detached. */
#include <stdatomic.h>

#include "check.h"

#define MAKERS 3

static atomic_long detached_made, detached_ended;

static void *brief(void *argument)
{
	static __thread char scratch[500];

	memset(scratch, 1, sizeof(scratch));
	return (void *)((intptr_t)argument + scratch[499]);
}

static void *unobserved(void *argument)
{
	detached_ended++;
	return argument;
}

static void make_detached(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	/* Not more than a few at a time. */
	if (detached_made - detached_ended > 20)
		return;
	CHECK_ZERO(pthread_attr_init(&attributes));
	CHECK_ZERO(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
	detached_made++;
	CHECK_ZERO(pthread_create(&thread, &attributes, unobserved, NULL));
	CHECK_ZERO(pthread_attr_destroy(&attributes));
}

static void *make_threads(void *argument)
{
	intptr_t count = 0;

	while (!check_told()) {
		pthread_t one = check_thread(brief, (void *)count);
		pthread_t two = check_thread(brief, (void *)(count + 1));
		void *result;

		make_detached();
		CHECK_ZERO(pthread_join(two, &result));
		CHECK_IS((intptr_t)result, count + 2);
		CHECK_ZERO(pthread_join(one, &result));
		CHECK_IS((intptr_t)result, count + 1);
		count++;
	}
	return argument;
}

int main(void)
{
	pthread_t makers[MAKERS];

	for (int i = 0; i < MAKERS; i++)
		makers[i] = check_thread(make_threads, NULL);
	check_ready();
	check_wait();
	for (int i = 0; i < MAKERS; i++)
		CHECK_ZERO(pthread_join(makers[i], NULL));
	for (int i = 0; i < 1000 && detached_ended < detached_made; i++)
		check_pause(1000);
	CHECK_IS(detached_ended, detached_made);
	return check_passed();
}
