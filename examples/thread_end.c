/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Joining: a thread that ended before, one that ends after, and one that waits for another. */
#include "check.h"

static pthread_t waited_for;

static void *end_at_once(void *argument)
{
	return argument;
}

static void *end_when_told(void *argument)
{
	check_wait();
	check_pause(5000); /* others shall already wait for it */
	pthread_exit(argument);
}

static void *wait_for_other(void *argument)
{
	void *result;

	CHECK_ZERO(pthread_join(waited_for, &result));
	CHECK_IS((intptr_t)result, 22);
	return argument;
}

int main(void)
{
	pthread_t ended = check_thread(end_at_once, (void *)11), detached, waiting, last;
	void *result;

	waited_for = check_thread(end_when_told, (void *)22);
	waiting = check_thread(wait_for_other, (void *)33);
	last = check_thread(end_when_told, (void *)44);
	detached = check_thread(end_when_told, (void *)55);
	CHECK_ZERO(pthread_detach(detached));
	check_pause(5000);
	check_ready();
	/* In the join when the ghosts are made. */
	CHECK_ZERO(pthread_join(last, &result));
	CHECK_IS((intptr_t)result, 44);
	CHECK_ZERO(pthread_join(ended, &result));
	CHECK_IS((intptr_t)result, 11);
	CHECK_ZERO(pthread_join(waiting, &result));
	CHECK_IS((intptr_t)result, 33);
	return check_passed();
}
