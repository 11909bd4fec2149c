/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters put on all threads at once, before and after a restart. */
#include <stdatomic.h>

#include "filter.h"

#define THREADS 3

static atomic_int ready, stage, checked;

static void put_on_all(int call, int error)
{
	struct sock_filter code[] = {
		LOAD_CALL,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		ELSE(SECCOMP_RET_ALLOW),
	};

	/* Anything but 0 is the thread whose filters do not descend from ours. */
	CHECK_IS(filter_by_call(code, 4, SECCOMP_FILTER_FLAG_TSYNC), 0);
}

static void *run(void *argument)
{
	ready++;
	while (stage < 1)
		check_pause(100);
	CHECK_IS(filter_error(SYS_getpriority), 71);
	CHECK_IS(filter_error(SYS_getpgrp), 0);
	checked++;
	while (stage < 2)
		check_pause(1000);
	CHECK_IS(filter_error(SYS_getpriority), 71);
	CHECK_IS(filter_error(SYS_getpgrp), 72);
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		threads[i] = check_thread(run, NULL);
	while (ready < THREADS)
		check_pause(100);
	put_on_all(SYS_getpriority, 71);
	stage = 1;
	while (checked < THREADS)
		check_pause(100);
	check_ready();
	check_wait();
	put_on_all(SYS_getpgrp, 72);
	stage = 2;
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
