/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SIGUSR2 by the older calls: signal, sigset, sighold, siginterrupt, and ignored. */

#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static atomic_int handled;
static int ends[2];

static void on_signal(int signal)
{
	CHECK_IS(signal, SIGUSR2);
	handled++;
}

static void *send_and_feed(void *argument)
{
	pthread_t target = *(pthread_t *)argument;
	int before = handled;

	check_pause(4000);
	CHECK_ZERO(pthread_kill(target, SIGUSR2));
	while (handled == before)
		check_pause(100);
	check_pause(4000);
	CHECK_CALL(write(ends[1], "x", 1));
	return NULL;
}

/* A read that the handler interrupts, or does not. */
static void interrupt(int interrupts)
{
	pthread_t self = pthread_self(), sender = check_thread(send_and_feed, &self);
	char byte;
	ssize_t got = read(ends[0], &byte, 1);

	if (interrupts) {
		CHECK(got == -1 && errno == EINTR, "read returned %zd", got);
		got = read(ends[0], &byte, 1);
	}
	CHECK_IS(got, 1);
	CHECK_ZERO(pthread_join(sender, NULL));
}

static void hold(void)
{
	int before = handled;

	CHECK(sigset(SIGUSR2, on_signal) != SIG_ERR, "sigset");
	CHECK_CALL(sighold(SIGUSR2));
	CHECK_CALL(raise(SIGUSR2));
	check_pause(3000);
	CHECK_IS(handled, before);
	CHECK_CALL(sigrelse(SIGUSR2));
	CHECK_IS(handled, before + 1);
	CHECK(sigset(SIGUSR2, SIG_HOLD) == on_signal, "the handler is another");
	CHECK_CALL(raise(SIGUSR2));
	CHECK_IS(handled, before + 1);
	CHECK_CALL(sigpause(SIGUSR2) == -1 && errno == EINTR ? 0 : -1);
	CHECK_IS(handled, before + 2);
	CHECK_IS(sigblock(0) & 1 << (SIGUSR2 - 1), 1 << (SIGUSR2 - 1));
	CHECK(sigset(SIGUSR2, on_signal) == SIG_HOLD, "it was not held");
	CHECK_IS(siggetmask(), 0);
}

static void ignore(void)
{
	int before = handled;

	CHECK_CALL(sigignore(SIGUSR2));
	CHECK_CALL(raise(SIGUSR2));
	CHECK_CALL(kill(getpid(), SIGUSR2));
	CHECK(signal(SIGUSR2, on_signal) == SIG_IGN, "it was not ignored");
	CHECK_IS(handled, before);
}

/* Once, and then no more. */
static void once(void)
{
	int before = handled;

	CHECK(sysv_signal(SIGUSR2, on_signal) != SIG_ERR, "sysv_signal");
	CHECK_CALL(raise(SIGUSR2));
	CHECK_IS(handled, before + 1);
	CHECK(signal(SIGUSR2, on_signal) == SIG_DFL, "the handler is still there");
}

int main(void)
{
	CHECK_CALL(pipe(ends));
	check_ready();
	do {
		CHECK_CALL(siginterrupt(SIGUSR2, 0));
		signal(SIGUSR2, on_signal);
		interrupt(0);
		CHECK_CALL(siginterrupt(SIGUSR2, 1));
		interrupt(1);
		CHECK_CALL(siginterrupt(SIGUSR2, 0));
		interrupt(0);
		hold();
		ignore();
		once();
	} while (!check_told());
	return check_passed();
}
