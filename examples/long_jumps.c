/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handlers that are left by siglongjmp(), thousands of times, and faults that are caught. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "check.h"

static __thread sigjmp_buf back;
static __thread volatile long jumps;
static char *forbidden;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	CHECK_IS(signal, SIGSEGV);
	CHECK(info->si_addr == forbidden, "the fault is at %p, not at %p", info->si_addr,
	      (void *)forbidden);
	jumps++;
	siglongjmp(back, 1);
}

static void verify_mask(void)
{
	sigset_t mask;

	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &mask));
	for (int i = 1; i <= 64; i++)
		CHECK(!sigismember(&mask, i), "signal %d has become blocked", i);
}

static void *live(void *argument)
{
	char local[100];

	memset(local, (int)(intptr_t)argument, sizeof(local));
	while (!check_told()) {
		long before = jumps;

		if (!sigsetjmp(back, 1)) {
			*(volatile char *)forbidden = 1;
			CHECK(0, "the forbidden page was written");
		}
		CHECK_IS(jumps, before + 1);
		CHECK_IS(local[99], (char)(intptr_t)argument);
		verify_mask();
	}
	CHECK(jumps > 10, "only %ld jumps", jumps);
	return argument;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	pthread_t other;

	forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(forbidden != MAP_FAILED, "mmap: %s", strerror(errno));
	CHECK_CALL(sigaction(SIGSEGV, &action, NULL));
	other = check_thread(live, (void *)2);
	check_ready();
	live((void *)1);
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
