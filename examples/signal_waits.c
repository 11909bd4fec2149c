/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that wait for signals in all ways there are; only a signal of the program ends that. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

enum { SUSPEND, PAUSE, WAIT, WAIT_INFO, TIMED, WAYS };

static atomic_int waiting, handled, over;

static void on_signal(int signal)
{
	(void)signal;
	handled++;
}

static void wait_in(int way, const sigset_t *only)
{
	struct timespec late = { .tv_sec = 3600 };
	sigset_t open;
	siginfo_t info;
	int signal;

	switch (way) {
	case SUSPEND:
		sigfillset(&open);
		sigdelset(&open, SIGUSR1);
		CHECK_IS(sigsuspend(&open), -1);
		CHECK_IS(errno, EINTR);
		break;
	case PAUSE:
		CHECK_IS(pause(), -1);
		CHECK_IS(errno, EINTR);
		break;
	case WAIT:
		CHECK_ZERO(sigwait(only, &signal));
		CHECK_IS(signal, SIGRTMIN + WAIT);
		break;
	case WAIT_INFO:
		CHECK_IS(sigwaitinfo(only, &info), SIGRTMIN + WAIT_INFO);
		CHECK_IS(info.si_value.sival_int, 1234);
		break;
	case TIMED:
		CHECK_IS(sigtimedwait(only, &info, &late), SIGRTMIN + TIMED);
		CHECK_IS(info.si_pid, getpid());
		break;
	}
}

static void *live(void *argument)
{
	int way = (int)(intptr_t)argument;
	sigset_t only, blocked;

	sigemptyset(&only);
	sigaddset(&only, SIGRTMIN + way);
	sigfillset(&blocked);
	if (way == PAUSE)
		sigdelset(&blocked, SIGUSR1);
	CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &blocked, NULL));
	waiting++;
	wait_in(way, &only);
	CHECK(check_told(), "way %d: it went on without a signal", way);
	over++;
	return NULL;
}

int main(void)
{
	pthread_t threads[WAYS];
	sigset_t all;

	signal(SIGUSR1, on_signal);
	sigfillset(&all);
	CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &all, NULL));
	for (intptr_t i = 0; i < WAYS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (waiting < WAYS)
		check_pause(100);
	check_pause(3000);
	check_ready();
	check_wait();
	check_pause(5000);
	CHECK_IS(over, 0);
	CHECK_ZERO(pthread_kill(threads[SUSPEND], SIGUSR1));
	CHECK_ZERO(pthread_kill(threads[PAUSE], SIGUSR1));
	CHECK_ZERO(pthread_kill(threads[WAIT], SIGRTMIN + WAIT));
	CHECK_ZERO(pthread_sigqueue(threads[WAIT_INFO], SIGRTMIN + WAIT_INFO,
				    (union sigval){ .sival_int = 1234 }));
	CHECK_CALL(kill(getpid(), SIGRTMIN + TIMED));
	for (int i = 0; i < WAYS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_IS(handled, 2);
	return check_passed();
}
