/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KRG_INTERVAL: the timer that asks for ghosts is not seen, whatever the program does. */
#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int hits;

static void on_signal(int signal)
{
	(void)signal;
	hits++;
}

/* By the raw call: the kernel's own number. */
static int make_timer(int signal)
{
	struct sigevent event = { .sigev_notify = signal ? SIGEV_SIGNAL : SIGEV_NONE,
				  .sigev_signo = signal };
	int number = -1;

	CHECK_CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &number));
	return number;
}

static int count_threads(void)
{
	DIR *folder = opendir("/proc/self/task");
	int count = 0;

	CHECK(folder, "/proc/self/task: %s", strerror(errno));
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

/* Calls that a signal with a handler would interrupt. */
static void wait_a_little(int pipe_end)
{
	struct pollfd nothing = { .fd = pipe_end, .events = POLLIN };
	struct timespec moment = { 0, 20000000 };
	struct sigaction seen;

	CHECK_IS(poll(&nothing, 1, 20), 0);
	CHECK_IS(clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL), 0);
	CHECK_CALL(sigaction(SIGUSR2, NULL, &seen));
	CHECK(seen.sa_handler == on_signal, "the handler is another");
	CHECK_IS(count_threads(), 1);
}

int main(void)
{
	/* No SA_RESTART: only what is the program's own may interrupt it. */
	struct sigaction action = { .sa_handler = on_signal };
	struct itimerspec once = { { 0, 0 }, { 0, 1000000 } };
	int first, second, ends[2];

	CHECK_CALL(sigaction(SIGUSR2, &action, NULL));
	CHECK_CALL(pipe(ends));
	CHECK_IS(ends[0], 3);
	first = make_timer(SIGUSR2);
	second = make_timer(0);
	CHECK_IS(first, 0);
	CHECK_IS(second, 1);
	check_ready();
	while (!check_told())
		wait_a_little(ends[0]);
	CHECK_IS(hits, 0);

	/* A timer of its own that sends the same signal is the program's. */
	CHECK_CALL(syscall(SYS_timer_settime, first, 0, &once, NULL));
	for (int i = 0; !hits; i++) {
		CHECK(i < 3000, "its own timer did not reach its own handler");
		check_pause(1000);
	}
	CHECK_IS(hits, 1);
	CHECK_IS(make_timer(0), 2);
	return check_passed();
}
