/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that reads its own SIGUSR2 from a signalfd; ghosts are made in between. */
#include <signal.h>
#include <sys/signalfd.h>

#include "check.h"

static void take(int fd, int value)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	struct signalfd_siginfo info;

	CHECK_ZERO(pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){ .sival_int = value }));
	CHECK_IS(poll(&ready, 1, 5000), 1);
	CHECK_IS(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_IS(info.ssi_signo, SIGUSR2);
	CHECK_IS(info.ssi_pid, getpid());
	CHECK_IS(info.ssi_int, value);
}

int main(void)
{
	sigset_t ours;
	int fd;

	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR2);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &ours, NULL));
	fd = (int)CHECK_CALL(signalfd(-1, &ours, 0));
	take(fd, 1);
	check_ready();
	check_wait();
	for (int i = 2; i < 10; i++)
		take(fd, i);
	return check_passed();
}
