/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that has become another by exec, more than once, and threads that were lost by it. */
#include <signal.h>

#include "check.h"

static void *live(void *argument)
{
	for (;;)
		pause();
	return argument;
}

int main(int count, char **arguments)
{
	char stage[16];
	int number = count > 1 ? atoi(arguments[1]) : 0;
	sigset_t mask;

	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &mask));
	CHECK_IS(sigismember(&mask, SIGUSR2), number == 2);
	CHECK_IS(sigismember(&mask, SIGTERM), number > 0);
	if (number < 3) {
		/* A mask survives exec, and the program may block our signal, too. */
		sigemptyset(&mask);
		sigaddset(&mask, SIGTERM);
		if (number == 1)
			sigaddset(&mask, SIGUSR2);
		CHECK_ZERO(pthread_sigmask(SIG_SETMASK, &mask, NULL));
		check_thread(live, NULL);
		snprintf(stage, sizeof(stage), "%d", number + 1);
		CHECK_CALL(execl("/proc/self/exe", arguments[0], stage, (char *)NULL));
	}
	check_ready();
	check_wait();
	CHECK_IS(count, 2);
	CHECK(!strcmp(arguments[1], "3"), "the argument is %s", arguments[1]);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, NULL, &mask));
	CHECK_IS(sigismember(&mask, SIGTERM), 1);
	return check_passed();
}
