/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A robust mutex whose owner ends after the restart: the kernel tells the one who waits. */
#include <stdatomic.h>

#include "check.h"

static pthread_mutex_t plain, inheriting;
static atomic_int locked;

static void make(pthread_mutex_t *lock, int protocol)
{
	pthread_mutexattr_t attributes;

	CHECK_ZERO(pthread_mutexattr_init(&attributes));
	CHECK_ZERO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	CHECK_ZERO(pthread_mutexattr_setprotocol(&attributes, protocol));
	CHECK_ZERO(pthread_mutex_init(lock, &attributes));
}

static void *take_and_end(void *argument)
{
	CHECK_ZERO(pthread_mutex_lock(&plain));
	CHECK_ZERO(pthread_mutex_lock(&inheriting));
	locked = 1;
	check_wait();
	return argument;
}

static void *wait_for(void *argument)
{
	pthread_mutex_t *lock = argument;

	CHECK_IS(pthread_mutex_lock(lock), EOWNERDEAD);
	CHECK_ZERO(pthread_mutex_consistent(lock));
	CHECK_ZERO(pthread_mutex_unlock(lock));
	return NULL;
}

int main(void)
{
	pthread_t owner, one, other;

	make(&plain, PTHREAD_PRIO_NONE);
	make(&inheriting, PTHREAD_PRIO_INHERIT);
	owner = check_thread(take_and_end, NULL);
	while (!locked)
		check_pause(100);
	one = check_thread(wait_for, &plain);
	other = check_thread(wait_for, &inheriting);
	check_pause(2000);
	check_ready();
	check_wait();
	CHECK_ZERO(pthread_join(owner, NULL));
	CHECK_ZERO(pthread_join(one, NULL));
	CHECK_ZERO(pthread_join(other, NULL));
	CHECK_ZERO(pthread_mutex_lock(&plain));
	CHECK_ZERO(pthread_mutex_lock(&inheriting));
	return check_passed();
}
