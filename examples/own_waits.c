/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that waits for its own SIGUSR2 instead of handling it, in a thread and in main(). */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int taken, over, handled, ready;
static sigset_t ours;

/* The usual way: blocked everywhere, one thread waits. */
static void *wait_for_it(void *argument)
{
	int signal;

	while (!over) {
		CHECK_ZERO(sigwait(&ours, &signal));
		CHECK_IS(signal, SIGUSR2);
		taken++;
	}
	return argument;
}

/* Below the real-time signals they are not counted: one after the other.  One to the
 * process would be the same to the kernel as a request that is on its way. */
static void send(pthread_t waiter)
{
	int before = taken;

	if (ready)
		CHECK_ZERO(pthread_kill(waiter, SIGUSR2));
	else
		CHECK_CALL(kill(getpid(), SIGUSR2));
	for (int i = 0; taken == before; i++) {
		CHECK(i < 50000, "it has not been taken in 5 seconds");
		check_pause(100);
	}
}

static void on_signal(int signal)
{
	CHECK_IS(signal, SIGUSR2);
	handled++;
}

static void *send_to_main(void *argument)
{
	pthread_t main_thread = *(pthread_t *)argument;

	check_pause(3000);
	CHECK_ZERO(pthread_kill(main_thread, SIGUSR2));
	return NULL;
}

/* Open only for the time of the call. */
static void suspend(void)
{
	pthread_t self = pthread_self(), sender;
	int before = handled;
	sigset_t open;

	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &open));
	CHECK_IS(sigismember(&open, SIGUSR2), 1);
	sigdelset(&open, SIGUSR2);
	sender = check_thread(send_to_main, &self);
	CHECK_IS(sigsuspend(&open), -1);
	CHECK_IS(errno, EINTR);
	CHECK_ZERO(pthread_join(sender, NULL));
	CHECK_IS(handled, before + 1);
}

/* One with a value, sent to this thread, which is taken at once; then a limit. */
static void take_own(void)
{
	const struct timespec limit = { .tv_nsec = 12000000 };
	siginfo_t info;

	CHECK_ZERO(pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){ .sival_int = 17 }));
	CHECK_IS(sigwaitinfo(&ours, &info), SIGUSR2);
	CHECK_IS(info.si_value.sival_int, 17);
	CHECK_IS(info.si_pid, getpid());
	CHECK_IS(sigtimedwait(&ours, &info, &limit), -1);
	CHECK_IS(errno, EAGAIN);
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	pthread_t waiter;

	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR2);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &ours, NULL));
	CHECK_CALL(sigaction(SIGUSR2, &action, NULL));
	do {
		over = 0;
		waiter = check_thread(wait_for_it, NULL);
		for (int i = 0; i < 5; i++)
			send(waiter);
		over = 1;
		send(waiter);
		CHECK_ZERO(pthread_join(waiter, NULL));
		suspend();
		take_own();
		if (!ready)
			check_ready();
		ready = 1;
	} while (!check_told());
	return check_passed();
}
