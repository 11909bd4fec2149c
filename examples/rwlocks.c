/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read-write locks: held for reading with a writer waiting, held for writing with readers waiting. */
#include <stdatomic.h>

#include "check.h"

#define READERS 3

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t owned = PTHREAD_RWLOCK_INITIALIZER;
static atomic_int reading, wrote, read_owned;

static void *hold_for_reading(void *argument)
{
	CHECK_ZERO(pthread_rwlock_rdlock(&shared));
	reading++;
	while (!check_told()) {
		CHECK_IS(wrote, 0);
		check_pause(500);
	}
	CHECK_IS(wrote, 0);
	reading--;
	CHECK_ZERO(pthread_rwlock_unlock(&shared));
	return argument;
}

static void *write_when_free(void *argument)
{
	CHECK_ZERO(pthread_rwlock_wrlock(&shared));
	CHECK_IS(reading, 0);
	wrote = 1;
	CHECK_ZERO(pthread_rwlock_unlock(&shared));
	return argument;
}

static void *read_when_free(void *argument)
{
	CHECK_ZERO(pthread_rwlock_rdlock(&owned));
	read_owned++;
	CHECK_ZERO(pthread_rwlock_unlock(&owned));
	return argument;
}

int main(void)
{
	pthread_t readers[READERS], waiting[READERS], writer;

	CHECK_ZERO(pthread_rwlock_wrlock(&owned));
	for (int i = 0; i < READERS; i++) {
		readers[i] = check_thread(hold_for_reading, NULL);
		waiting[i] = check_thread(read_when_free, NULL);
	}
	while (reading < READERS)
		check_pause(100);
	writer = check_thread(write_when_free, NULL);
	check_ready();
	check_wait();
	/* The owner for writing is known by his thread id. */
	CHECK_IS(pthread_rwlock_rdlock(&owned), EDEADLK);
	CHECK_IS(pthread_rwlock_tryrdlock(&owned), EBUSY);
	CHECK_IS(read_owned, 0);
	CHECK_ZERO(pthread_rwlock_unlock(&owned));
	CHECK_ZERO(pthread_join(writer, NULL));
	for (int i = 0; i < READERS; i++) {
		CHECK_ZERO(pthread_join(readers[i], NULL));
		CHECK_ZERO(pthread_join(waiting[i], NULL));
	}
	CHECK_IS(wrote, 1);
	CHECK_IS(read_owned, READERS);
	CHECK_ZERO(pthread_rwlock_wrlock(&shared));
	return check_passed();
}
