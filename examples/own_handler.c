/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that uses SIGUSR2 itself: its own reach its handler, those from outside make ghosts. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_long sent, received;
static pthread_t main_thread;
static __thread int in_handler;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	sigset_t mask;

	CHECK_IS(signal, SIGUSR2);
	CHECK_IS(info->si_pid, getpid());
	CHECK_IS(in_handler, 0);
	CHECK(context, "no context");
	in_handler = 1;
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &mask));
	CHECK_IS(sigismember(&mask, SIGTERM), 1);
	received++;
	in_handler = 0;
}

/* Not more than one at a time: below the real-time ones they are not counted. */
static void send(pthread_t target)
{
	long before = received;

	sent++;
	CHECK_ZERO(pthread_kill(target, SIGUSR2));
	for (int i = 0; received == before; i++) {
		CHECK(i < 5000, "signal %ld has not arrived in 5 seconds", (long)sent);
		check_pause(i < 100 ? 10 : 1000);
	}
}

static void *live(void *argument)
{
	while (!check_told()) {
		send(main_thread);
		send(pthread_self());
	}
	return argument;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO }, shown;
	pthread_t other;

	main_thread = pthread_self();
	sigaddset(&action.sa_mask, SIGTERM);
	CHECK_CALL(sigaction(SIGUSR2, &action, NULL));
	other = check_thread(live, NULL);
	check_ready();
	while (!check_told())
		check_pause(100);
	CHECK_ZERO(pthread_join(other, NULL));
	CHECK_IS(sent, received);
	CHECK(received > 0, "none was received");
	CHECK_CALL(sigaction(SIGUSR2, NULL, &shown));
	CHECK(shown.sa_sigaction == on_signal, "the handler that is shown is another");
	CHECK_IS(shown.sa_flags, SA_SIGINFO);
	CHECK_IS(sigismember(&shown.sa_mask, SIGTERM), 1);
	CHECK_IS(sigismember(&shown.sa_mask, SIGHUP), 0);
	return check_passed();
}
