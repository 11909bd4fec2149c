/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that block all signals by a plain system call, as some runtimes do. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#define THREADS 3

static atomic_int started;

static uint64_t kernel_mask(int how, const uint64_t *set)
{
	uint64_t before;

	CHECK_CALL(syscall(SYS_rt_sigprocmask, how, set, &before, sizeof(before)));
	return before;
}

static int blocks(uint64_t mask, int signal)
{
	return (int)(mask >> (signal - 1) & 1);
}

static void verify(uint64_t mask)
{
	for (int signal = 1; signal <= 64; signal++)
		CHECK(blocks(mask, signal) == (signal != SIGKILL && signal != SIGSTOP &&
					       signal != SIGTERM) ||
			      signal == SIGUSR2,
		      "signal %d is %s", signal, blocks(mask, signal) ? "blocked" : "open");
}

static void *live(void *argument)
{
	uint64_t all = ~0ULL & ~(1ULL << (SIGTERM - 1));
	long turns = 0;

	kernel_mask(SIG_SETMASK, &all);
	started++;
	while (!check_told()) {
		verify(kernel_mask(SIG_BLOCK, NULL));
		/* Asleep, busy, and busy with it. */
		if (argument)
			check_pause(2000);
		else
			kernel_mask(SIG_SETMASK, &all);
		turns++;
	}
	verify(kernel_mask(SIG_BLOCK, NULL));
	CHECK(turns > 0, "no turn");
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (intptr_t i = 0; i < THREADS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (started < THREADS)
		check_pause(100);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
