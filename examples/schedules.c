/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each thread keeps its class, priority, nice value, CPUs, timer slack, I/O priority, death signal. */
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "check.h"

#define THREADS  6
#define DEADLINE 6 /* SCHED_DEADLINE, for headers of libc that lack it */

/* sched_setattr(2) has no function in libc. */
struct schedule {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

struct looks {
	struct schedule schedule;
	cpu_set_t cpus;
	int slack, io, death, no_new_privileges;
};

static atomic_int set, permitted[THREADS];

static void look(struct looks *looks)
{
	memset(looks, 0, sizeof(*looks));
	CHECK_CALL(syscall(SYS_sched_getattr, 0, &looks->schedule, sizeof(looks->schedule), 0));
	if (looks->schedule.policy != DEADLINE)
		looks->schedule.runtime = 0; /* the kernel's slice */
	CHECK_CALL(sched_getaffinity(0, sizeof(looks->cpus), &looks->cpus));
	looks->slack = (int)CHECK_CALL(prctl(PR_GET_TIMERSLACK));
	looks->io = (int)CHECK_CALL(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0));
	CHECK_CALL(prctl(PR_GET_PDEATHSIG, &looks->death));
	looks->no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

/* What an ordinary user may do, and what needs more. */
static int set_schedule(int thread)
{
	static const struct schedule wanted[THREADS] = {
		{ 56, SCHED_OTHER, 0, 3, 0, 0, 0, 0 },
		{ 56, SCHED_BATCH, 1, 5, 0, 0, 0, 0 }, /* and not for its children */
		{ 56, SCHED_IDLE, 0, 0, 0, 0, 0, 0 },
		{ 56, SCHED_FIFO, 0, 0, 7, 0, 0, 0 },
		{ 56, DEADLINE, 1, 0, 0, 1000000, 20000000, 30000000 }, /* else it could not fork */
		{ 56, SCHED_OTHER, 0, -6, 0, 0, 0, 0 },
	};

	return !syscall(SYS_sched_setattr, 0, &wanted[thread], 0);
}

static void set_rest(int thread)
{
	int last = (int)sysconf(_SC_NPROCESSORS_ONLN) - 1;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)(thread % 2 ? last : 0), &one);
	if (thread < 3)
		CHECK_CALL(sched_setaffinity(0, sizeof(one), &one));
	CHECK_CALL(prctl(PR_SET_TIMERSLACK, 70000UL + (unsigned long)thread));
	CHECK_CALL(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
			   thread == 2 ? IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0)
				       : IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, thread)));
	CHECK_CALL(prctl(PR_SET_PDEATHSIG, SIGRTMIN + thread));
	if (thread % 2)
		CHECK_CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static void *run(void *argument)
{
	int thread = (int)(intptr_t)argument;
	struct looks before, after;

	permitted[thread] = set_schedule(thread);
	set_rest(thread);
	look(&before);
	set++;
	check_wait();
	look(&after);
	CHECK_IS(after.schedule.policy, before.schedule.policy);
	CHECK_IS(after.schedule.flags, before.schedule.flags);
	CHECK_IS(after.schedule.nice, before.schedule.nice);
	CHECK_IS(after.schedule.priority, before.schedule.priority);
	CHECK_IS(after.schedule.runtime, before.schedule.runtime);
	CHECK_IS(after.schedule.deadline, before.schedule.deadline);
	CHECK_IS(after.schedule.period, before.schedule.period);
	CHECK(CPU_EQUAL(&after.cpus, &before.cpus), "thread %d may run elsewhere", thread);
	CHECK_IS(after.slack, before.slack);
	CHECK_IS(after.io, before.io);
	CHECK_IS(after.death, before.death);
	CHECK_IS(after.no_new_privileges, before.no_new_privileges);
	return argument;
}

int main(void)
{
	struct looks before, after;
	pthread_t threads[THREADS];

	look(&before);
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_thread(run, (void *)(intptr_t)i);
	while (set < THREADS)
		check_pause(1000);
	for (int i = 0; i < 3; i++)
		CHECK(permitted[i], "thread %d may not be lowered", i);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	/* The main thread has set nothing, and has nothing of the others'. */
	look(&after);
	CHECK_IS(after.schedule.policy, before.schedule.policy);
	CHECK_IS(after.schedule.nice, before.schedule.nice);
	CHECK_IS(after.slack, before.slack);
	CHECK_IS(after.no_new_privileges, before.no_new_privileges);
	CHECK(CPU_EQUAL(&after.cpus, &before.cpus), "the main thread may run elsewhere");
	return check_passed();
}
