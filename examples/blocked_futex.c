/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Futexes by syscall(2): waits with and without limits are ended by a wake only. */
#include <linux/futex.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "check.h"

enum { PLAIN, BITSET, RELATIVE, ABSOLUTE, VECTOR, WAYS };

#define SHORT 12000000L		/* ns */
#define WAITV 449		/* SYS_futex_waitv */

static atomic_uint word[WAYS];
static atomic_int over;

static long futex(int way, int operation, const struct timespec *limit)
{
	return syscall(SYS_futex, &word[way], operation | FUTEX_PRIVATE_FLAG, 0, limit, NULL,
		       FUTEX_BITSET_MATCH_ANY);
}

static long wait_in(int way)
{
	struct timespec relative = { .tv_nsec = SHORT }, absolute;
	struct futex_waitv vector = { .uaddr = (uintptr_t)&word[way], .val = 0,
				      .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG };

	clock_gettime(CLOCK_MONOTONIC, &absolute);
	absolute.tv_sec += (absolute.tv_nsec + SHORT) / 1000000000L;
	absolute.tv_nsec = (absolute.tv_nsec + SHORT) % 1000000000L;
	switch (way) {
	case PLAIN: return futex(way, FUTEX_WAIT, NULL);
	case BITSET: return futex(way, FUTEX_WAIT_BITSET, NULL);
	case RELATIVE: return futex(way, FUTEX_WAIT, &relative);
	case ABSOLUTE: return futex(way, FUTEX_WAIT_BITSET, &absolute);
	default: return syscall(WAITV, &vector, 1, 0, NULL, 0);
	}
}

/* Woken: 0, or EAGAIN where the word had changed before.  A futex may also be woken
 * for nothing (futex(2)), so the word decides. */
static void *live(void *argument)
{
	int way = (int)(intptr_t)argument;

	while (!word[way]) {
		long result = wait_in(way);

		if (result < 0 && errno == ENOSYS && way == VECTOR)
			break;
		CHECK(result >= 0 || errno == EAGAIN ||
		      (errno == ETIMEDOUT && (way == RELATIVE || way == ABSOLUTE)),
		      "way %d: %s", way, strerror(errno));
	}
	over++;
	return NULL;
}

static sem_t nothing;

static void *wait_for_semaphore(void *argument)
{
	struct timespec limit;

	while (!check_told()) {
		clock_gettime(CLOCK_REALTIME, &limit);
		limit.tv_sec += (limit.tv_nsec + SHORT) / 1000000000L;
		limit.tv_nsec = (limit.tv_nsec + SHORT) % 1000000000L;
		CHECK_IS(sem_timedwait(&nothing, &limit), -1);
		CHECK(errno == ETIMEDOUT, "sem_timedwait: %s", strerror(errno));
	}
	return argument;
}

int main(void)
{
	pthread_t threads[WAYS], other;

	CHECK_CALL(sem_init(&nothing, 0, 0));
	other = check_thread(wait_for_semaphore, NULL);
	for (intptr_t i = 0; i < WAYS; i++)
		threads[i] = check_thread(live, (void *)i);
	check_pause(3000);
	check_ready();
	check_wait();
	check_pause(20000);
	CHECK(over <= 1, "%d waits are over", over);	/* one where futex_waitv() is not known */
	for (int i = 0; i < WAYS; i++) {
		word[i] = 1;
		CHECK_CALL(futex(i, FUTEX_WAKE, NULL));
		CHECK_ZERO(pthread_join(threads[i], NULL));
	}
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
