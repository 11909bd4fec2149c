/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIGUSR2 of the program itself while it has it blocked: it waits, and is there afterwards. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int handled, value;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	CHECK_IS(signal, SIGUSR2);
	value = info->si_value.sival_int;
	handled++;
}

static int is_pending(void)
{
	sigset_t set;

	CHECK_CALL(sigpending(&set));
	return sigismember(&set, SIGUSR2);
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	sigset_t ours;
	siginfo_t info;

	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR2);
	CHECK_CALL(sigaction(SIGUSR2, &action, NULL));
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &ours, NULL));
	CHECK_ZERO(pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){ .sival_int = 314 }));
	CHECK_IS(handled, 0);
	CHECK_IS(is_pending(), 1);
	check_ready();
	check_wait();
	CHECK_IS(handled, 0);
	CHECK_IS(is_pending(), 1);
	CHECK_ZERO(pthread_sigmask(SIG_UNBLOCK, &ours, NULL));
	CHECK_IS(handled, 1);
	CHECK_IS(value, 314);
	CHECK_IS(is_pending(), 0);
	/* And what waits can be taken instead of handled. */
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &ours, NULL));
	CHECK_ZERO(pthread_kill(pthread_self(), SIGUSR2));
	CHECK_IS(sigtimedwait(&ours, &info, &(struct timespec){ .tv_sec = 1 }), SIGUSR2);
	CHECK_IS(handled, 1);
	return check_passed();
}
