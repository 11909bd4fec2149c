/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sleeping in all ways: never shorter than asked for, and never interrupted. */
#include <sys/select.h>

#include "check.h"

#define LENGTH 25000000L /* ns */
#define WAYS   7

static void sleep_in(int way)
{
	struct timespec length = { .tv_nsec = LENGTH }, until;
	struct timeval microseconds = { .tv_usec = LENGTH / 1000 };

	switch (way) {
	case 0:
		CHECK_CALL(nanosleep(&length, NULL));
		break;
	case 1:
		CHECK_CALL(nanosleep(&length, &length));
		break;
	case 2:
		CHECK_ZERO(clock_nanosleep(CLOCK_MONOTONIC, 0, &length, NULL));
		break;
	case 3:
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += (until.tv_nsec + LENGTH) / 1000000000L;
		until.tv_nsec = (until.tv_nsec + LENGTH) % 1000000000L;
		CHECK_ZERO(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
		break;
	case 4:
		CHECK_CALL(usleep(LENGTH / 1000));
		break;
	case 5:
		CHECK_IS(select(0, NULL, NULL, NULL, &microseconds), 0);
		break;
	case 6:
		CHECK_CALL(syscall(SYS_nanosleep, &length, NULL));
		break;
	}
}

static void *live(void *argument)
{
	int way = (int)(intptr_t)argument;

	while (!check_told()) {
		struct timespec before, after;
		long passed;

		/* Unlike the others this clock is set right by nobody. */
		clock_gettime(CLOCK_MONOTONIC, &before);
		sleep_in(way);
		clock_gettime(CLOCK_MONOTONIC, &after);
		passed = (after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec -
			 before.tv_nsec;
		CHECK(passed >= LENGTH, "way %d: %ld ns of %ld", way, passed, LENGTH);
	}
	return NULL;
}

static void *sleep_whole_seconds(void *argument)
{
	CHECK_IS(sleep(1), 0);
	return argument;
}

int main(void)
{
	pthread_t threads[WAYS], sleeper = check_thread(sleep_whole_seconds, NULL);

	for (intptr_t i = 0; i < WAYS; i++)
		threads[i] = check_thread(live, (void *)i);
	check_ready();
	live((void *)4);
	for (int i = 0; i < WAYS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_ZERO(pthread_join(sleeper, NULL));
	return check_passed();
}
