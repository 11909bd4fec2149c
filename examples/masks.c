/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each thread blocks signals of its own, and what is blocked waits with its value and order. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#define THREADS 4
#define QUEUED  5

static atomic_int started, handled[65], values[QUEUED], order;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (signal == SIGRTMIN + 5 && order < QUEUED)
		values[order++] = info->si_value.sival_int;
	handled[signal]++;
}

/* Different for each thread; SIGUSR2 is among those that the program believes blocked. */
static void set_of(int number, sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGRTMIN + 5);
	for (int i = 1; i < 31; i++)
		if ((i * 5 + number) % 4 == 0 && i != SIGKILL && i != SIGSTOP)
			sigaddset(set, i);
	sigaddset(set, SIGRTMIN + 10 + number);
	if (number % 2)
		sigaddset(set, SIGUSR2);
	else
		sigdelset(set, SIGUSR2);
}

static void verify(int number)
{
	sigset_t wanted, found;

	set_of(number, &wanted);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &found));
	for (int i = 1; i <= 64; i++)
		CHECK(sigismember(&wanted, i) == sigismember(&found, i),
		      "thread %d: signal %d is %s", number, i,
		      sigismember(&found, i) ? "blocked" : "not blocked");
}

static void *live(void *argument)
{
	int number = (int)(intptr_t)argument;
	sigset_t set;

	set_of(number, &set);
	CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &set, NULL));
	/* One waits for this thread alone. */
	CHECK_ZERO(pthread_kill(pthread_self(), SIGRTMIN + 10 + number));
	started++;
	while (!check_told()) {
		verify(number);
		check_pause(500);
	}
	verify(number);
	CHECK_IS(handled[SIGRTMIN + 10 + number], 0);
	sigfillset(&set);
	/* Two threads that took them at the same time would not tell which was first. */
	sigdelset(&set, SIGRTMIN + 5);
	CHECK_ZERO(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
	CHECK_IS(handled[SIGRTMIN + 10 + number], 1);
	return argument;
}

int main(void)
{
	pthread_t threads[THREADS];
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	sigset_t all;

	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	for (int i = SIGRTMIN; i <= SIGRTMAX; i++)
		CHECK_CALL(sigaction(i, &action, NULL));
	sigfillset(&all);
	CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &all, NULL));
	for (intptr_t i = 0; i < THREADS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (started < THREADS)
		check_pause(100);
	for (int i = 0; i < QUEUED; i++)
		CHECK_CALL(sigqueue(getpid(), SIGRTMIN + 5, (union sigval){ .sival_int = 90 - i }));
	CHECK_CALL(kill(getpid(), SIGUSR1));
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_ZERO(pthread_sigmask(SIG_UNBLOCK, &all, NULL));
	CHECK_IS(handled[SIGUSR1], 1);
	CHECK_IS(handled[SIGRTMIN + 5], QUEUED);
	for (int i = 0; i < QUEUED; i++)
		CHECK_IS(values[i], 90 - i);
	return check_passed();
}
