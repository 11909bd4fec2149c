/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A filter that ends the program at any call but its own few and those of a checkpoint. */
#include <asm/prctl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "filter.h"

/* The shim's own list: what is missing there is found here. */
#define NEEDED(name, a, b, c) IF_CALL(name, SECCOMP_RET_ALLOW),
#define WISHED(name, a, b, c) IF_CALL(name, SECCOMP_RET_ALLOW),

static struct sock_filter code[] = {
	LOAD_CALL,
#include "../shim/needed.def"
	IF_CALL(clock_nanosleep, SECCOMP_RET_ALLOW),
	IF_CALL(newfstatat, SECCOMP_RET_ALLOW),
	IF_CALL(madvise, SECCOMP_RET_ALLOW),
	ELSE(SECCOMP_RET_KILL_PROCESS),
};

static atomic_int ready;

static void *run(void *argument)
{
	ready++;
	check_wait();
	return argument;
}

/* A call that waits, so that one is always replayed. */
static void *sleep_long(void *argument)
{
	ready++;
	while (!check_told())
		check_pause(200000);
	return argument;
}

int main(void)
{
	pthread_t before = check_thread(run, NULL), after;

	while (ready < 1)
		check_pause(100);
	after = check_thread(sleep_long, NULL);
	while (ready < 2)
		check_pause(100);
	CHECK_IS(filter_by_call(code, sizeof(code) / sizeof(code[0]), SECCOMP_FILTER_FLAG_TSYNC),
		 0);
	check_ready();
	check_wait();
	CHECK_ZERO(pthread_join(before, NULL));
	CHECK_ZERO(pthread_join(after, NULL));
	CHECK_IS(prctl(PR_GET_SECCOMP), SECCOMP_MODE_FILTER);
	return check_passed();
}
