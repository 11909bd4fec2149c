/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* timer_create(): timers that signal the process or one thread, that start threads, that tell nobody. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#define INTERVAL 5000000L /* ns */

static atomic_int by_signal, by_thread, by_function;
static int target;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	CHECK_IS(info->si_code, SI_TIMER);
	CHECK_IS(info->si_value.sival_int, 4711);
	by_signal++;
}

static void on_own_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	CHECK_IS(info->si_value.sival_int, 4712);
	CHECK_IS(gettid(), target);
	by_thread++;
}

static void function(union sigval value)
{
	CHECK_IS(value.sival_int, 4713);
	by_function++;
}

static timer_t start(struct sigevent *event, int value, long first, long interval)
{
	struct itimerspec times = { { 0, interval }, { first / 1000000000, first % 1000000000 } };
	timer_t timer;

	event->sigev_value.sival_int = value;
	CHECK_CALL(timer_create(CLOCK_MONOTONIC, event, &timer));
	CHECK_CALL(timer_settime(timer, 0, &times, NULL));
	return timer;
}

static void *be_target(void *argument)
{
	target = gettid();
	check_wait();
	for (int i = 0; i < 2000 && by_thread < 3; i++)
		check_pause(1000);
	return argument;
}

static void expect(const char *what, atomic_int *count)
{
	*count = 0;
	for (int i = 0; *count < 3; i++) {
		CHECK(i < 3000, "%s: only %d times in 3 seconds", what, *count);
		check_pause(1000);
	}
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigevent plain = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1 };
	struct sigevent one = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 2 };
	struct sigevent call = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = function };
	struct sigevent none = { .sigev_notify = SIGEV_NONE };
	pthread_t thread = check_thread(be_target, NULL);
	struct itimerspec left;
	timer_t gone, far, silent;

	CHECK_CALL(sigaction(SIGRTMIN + 1, &action, NULL));
	action.sa_sigaction = on_own_signal;
	CHECK_CALL(sigaction(SIGRTMIN + 2, &action, NULL));
	while (!target)
		check_pause(100);
	one._sigev_un._tid = target;
	gone = start(&plain, 4711, INTERVAL, INTERVAL);
	start(&plain, 4711, INTERVAL, INTERVAL);
	start(&one, 4712, INTERVAL, INTERVAL);
	start(&call, 4713, INTERVAL, INTERVAL);
	far = start(&plain, 1, 3600 * 1000000000L, 0);
	silent = start(&none, 0, 3600 * 1000000000L, 0);
	CHECK_CALL(timer_delete(gone)); /* its number stays unused */
	check_ready();
	check_wait();
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK(by_thread >= 3, "the signal for one thread came %d times", by_thread);
	expect("the signal", &by_signal);
	expect("the function", &by_function);
	CHECK_CALL(timer_gettime(far, &left));
	CHECK(left.it_value.tv_sec > 3400 && left.it_value.tv_sec <= 3600, "%ld s are left",
	      (long)left.it_value.tv_sec);
	CHECK_CALL(timer_gettime(silent, &left));
	CHECK(left.it_value.tv_sec > 3400, "%ld s are left", (long)left.it_value.tv_sec);
	return check_passed();
}
