/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads: their ids, thread-local storage, keys with destructors, and what they return. */
#include <stdatomic.h>

#include "check.h"

#define THREADS 10

static __thread int number = -1;
static __thread char block[3000] = "initial";
static pthread_key_t key;
static atomic_int started, destroyed;

struct self {
	int number, tid;
	pthread_t thread;
	void *block;
};

static void destroy(void *value)
{
	CHECK_IS((intptr_t)value, 1000 + number);
	destroyed++;
}

static void verify(const struct self *self)
{
	CHECK_IS(number, self->number);
	CHECK_IS(syscall(SYS_gettid), self->tid);
	CHECK_IS(gettid(), self->tid);
	CHECK(pthread_equal(pthread_self(), self->thread), "pthread_self() is another");
	CHECK(block == self->block, "thread-local storage is elsewhere");
	CHECK_IS(block[2999], self->number);
	CHECK_IS((intptr_t)pthread_getspecific(key), 1000 + self->number);
}

static void *live(void *argument)
{
	struct self self = { .number = (int)(intptr_t)argument };

	CHECK(!strcmp(block, "initial"), "thread-local storage begins with %.10s", block);
	number = self.number;
	block[2999] = (char)number;
	self.tid = gettid();
	self.thread = pthread_self();
	self.block = block;
	CHECK_ZERO(pthread_setspecific(key, (void *)(intptr_t)(1000 + number)));
	errno = 500 + number;
	started++;
	/* Half of them work, the others sleep. */
	while (!check_told()) {
		verify(&self);
		if (number % 2)
			check_pause(1000);
	}
	verify(&self);
	return (void *)(intptr_t)(7 * self.number);
}

int main(void)
{
	pthread_t threads[THREADS];
	void *result;

	CHECK_ZERO(pthread_key_create(&key, destroy));
	for (intptr_t i = 0; i < THREADS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (started < THREADS)
		check_pause(100);
	check_ready();
	check_wait();
	CHECK_IS(gettid(), getpid());
	CHECK_IS(number, -1);
	for (int i = 0; i < THREADS; i++) {
		CHECK_ZERO(pthread_join(threads[i], &result));
		CHECK_IS((intptr_t)result, 7 * i);
	}
	CHECK_IS(destroyed, THREADS);
	return check_passed();
}
