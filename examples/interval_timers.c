/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* setitimer(): all three go on, with their intervals. */
#include <signal.h>
#include <sys/time.h>

#include "check.h"

static const struct {
	int timer, signal;
	const char *name;
} timers[] = {
	{ ITIMER_REAL, SIGALRM, "real" },
	{ ITIMER_VIRTUAL, SIGVTALRM, "virtual" },
	{ ITIMER_PROF, SIGPROF, "profiling" },
};

static volatile sig_atomic_t fired[65];

static void on_signal(int signal)
{
	fired[signal]++;
}

/* Uses user time, which the kernel counts in ticks of up to 10 ms. */
static void spin(void)
{
	uint64_t dice = 1;

	for (int i = 0; i < 1000000; i++)
		check_random(&dice);
	CHECK(dice, "impossible");
}

int main(void)
{
	struct itimerval interval = { { 0, 7000 }, { 0, 7000 } }, now;
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	for (int i = 0; i < 3; i++) {
		CHECK_CALL(sigaction(timers[i].signal, &action, NULL));
		CHECK_CALL(setitimer((__itimer_which_t)timers[i].timer, &interval, NULL));
	}
	check_ready();
	while (!check_told())
		spin();
	for (int i = 0; i < 3; i++) {
		CHECK_CALL(getitimer((__itimer_which_t)timers[i].timer, &now));
		/* Rounded to ticks for those that measure CPU time. */
		CHECK(now.it_interval.tv_sec == 0 && now.it_interval.tv_usec >= 6900 &&
			      now.it_interval.tv_usec <= 20000,
		      "the interval of the %s timer is %ld us", timers[i].name,
		      (long)now.it_interval.tv_usec);
		fired[timers[i].signal] = 0;
	}
	for (int round = 0; round < 5000; round++) {
		spin();
		if (fired[SIGALRM] > 2 && fired[SIGVTALRM] > 2 && fired[SIGPROF] > 2)
			return check_passed();
	}
	for (int i = 0; i < 3; i++)
		CHECK(fired[timers[i].signal] > 2, "the %s timer has stopped", timers[i].name);
	return 1;
}
