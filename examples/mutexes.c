/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mutexes of all kinds, held across the restart, with somebody waiting for each. */
#include <stdatomic.h>

#include "check.h"

struct held {
	const char *name;
	int type, robust, protocol, depth;
	pthread_mutex_t lock;
	atomic_int waiter_is_in;
};

static struct held helds[] = {
	{ .name = "normal", .depth = 1 },
	{ .name = "recursive", .type = PTHREAD_MUTEX_RECURSIVE, .depth = 5 },
	{ .name = "error-checking", .type = PTHREAD_MUTEX_ERRORCHECK, .depth = 1 },
	{ .name = "adaptive", .type = PTHREAD_MUTEX_ADAPTIVE_NP, .depth = 1 },
	{ .name = "robust", .robust = 1, .depth = 1 },
	{ .name = "robust, recursive", .type = PTHREAD_MUTEX_RECURSIVE, .robust = 1, .depth = 2 },
	{ .name = "inheriting", .protocol = PTHREAD_PRIO_INHERIT, .depth = 1 },
	{ .name = "inheriting, recursive",
	  .type = PTHREAD_MUTEX_RECURSIVE,
	  .protocol = PTHREAD_PRIO_INHERIT,
	  .depth = 3 },
	{ .name = "inheriting, robust, error-checking",
	  .type = PTHREAD_MUTEX_ERRORCHECK,
	  .protocol = PTHREAD_PRIO_INHERIT,
	  .robust = 1,
	  .depth = 1 },
};

#define COUNT (int)(sizeof(helds) / sizeof(helds[0]))

static void make(struct held *held)
{
	pthread_mutexattr_t attributes;

	CHECK_ZERO(pthread_mutexattr_init(&attributes));
	CHECK_ZERO(pthread_mutexattr_settype(&attributes, held->type));
	CHECK_ZERO(pthread_mutexattr_setprotocol(&attributes, held->protocol));
	CHECK_ZERO(pthread_mutexattr_setrobust(&attributes, held->robust));
	CHECK_ZERO(pthread_mutex_init(&held->lock, &attributes));
	for (int i = 0; i < held->depth; i++)
		CHECK_ZERO(pthread_mutex_lock(&held->lock));
}

static void *wait_for(void *argument)
{
	struct held *held = argument;

	CHECK_ZERO(pthread_mutex_lock(&held->lock));
	held->waiter_is_in = 1;
	CHECK_ZERO(pthread_mutex_unlock(&held->lock));
	return NULL;
}

/* What the owner alone may do must still be his. */
static void verify(struct held *held)
{
	int again = pthread_mutex_trylock(&held->lock);

	CHECK(!held->waiter_is_in, "%s: somebody else has got it", held->name);
	if (held->type == PTHREAD_MUTEX_ERRORCHECK) {
		CHECK(again, "%s: taken twice", held->name);
		CHECK_IS(pthread_mutex_lock(&held->lock), EDEADLK);
		return;
	}
	CHECK(again == (held->type == PTHREAD_MUTEX_RECURSIVE ? 0 : EBUSY), "%s: trylock: %s",
	      held->name, strerror(again));
	if (!again)
		CHECK_ZERO(pthread_mutex_unlock(&held->lock));
}

int main(void)
{
	pthread_t waiters[COUNT];

	for (int i = 0; i < COUNT; i++)
		make(&helds[i]);
	for (int i = 0; i < COUNT; i++)
		waiters[i] = check_thread(wait_for, &helds[i]);
	check_ready();
	while (!check_told())
		for (int i = 0; i < COUNT; i++)
			verify(&helds[i]);
	for (int i = 0; i < COUNT; i++) {
		verify(&helds[i]);
		for (int depth = 0; depth < helds[i].depth; depth++) {
			int error = pthread_mutex_unlock(&helds[i].lock);

			CHECK(!error, "%s: unlock: %s", helds[i].name, strerror(error));
		}
		CHECK_ZERO(pthread_join(waiters[i], NULL));
		CHECK_IS(helds[i].waiter_is_in, 1);
	}
	return check_passed();
}
