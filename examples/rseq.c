/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Restartable sequences: libc's area is registered again, for each thread. */
#include <sched.h>
#include <stdatomic.h>
#include <sys/rseq.h>

#include "check.h"

#define THREADS 3

static atomic_int compared;

static const volatile struct rseq *area(void)
{
	return (const volatile struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}

/* Moves between the processors: an area that is not registered stays behind. */
static void *wander(void *argument)
{
	cpu_set_t allowed, one;

	CHECK_CALL(sched_getaffinity(0, sizeof(allowed), &allowed));
	for (int cpu = 0; !check_told(); cpu = (cpu + 1) % CPU_SETSIZE) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CHECK_CALL(sched_setaffinity(0, sizeof(one), &one));
		for (int i = 0; i < 100; i++) {
			unsigned int kernel;

			CHECK_CALL(syscall(SYS_getcpu, &kernel, NULL, NULL));
			/* A restart may have forgotten the affinity, so look twice. */
			if (area()->cpu_id == kernel)
				compared++;
			CHECK((int32_t)area()->cpu_id >= 0, "the area is not registered: %d",
			      (int32_t)area()->cpu_id);
		}
		check_pause(100);
	}
	return argument;
}

static void *expect_right(void *argument)
{
	int right = 0;

	CHECK_CALL(sched_yield());
	for (int i = 0; i < 1000; i++) {
		unsigned int kernel;

		CHECK_CALL(syscall(SYS_getcpu, &kernel, NULL, NULL));
		right += area()->cpu_id == kernel;
	}
	CHECK(right > 900, "the area told the right processor only %d times", right);
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];

	if (!__rseq_size)
		check_skip("libc has registered none");
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_thread(wander, NULL);
	check_ready();
	wander(NULL);
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK(compared > 0, "the area never told the right processor");
	expect_right(NULL);
	CHECK_ZERO(pthread_join(check_thread(expect_right, NULL), NULL));
	/* Ours is there, so another one is refused. */
	CHECK_IS(syscall(SYS_rseq, area(), 32, 0, RSEQ_SIG), -1);
	CHECK_IS(errno, EBUSY);
	return check_passed();
}
