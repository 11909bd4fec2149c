/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* signalfd: its set, signals that wait in it with their values, and a thread that waits for more. */
#include <signal.h>
#include <sys/signalfd.h>

#include "check.h"

static volatile unsigned long beats;

static int make(int flags, int one, int other)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, one);
	sigaddset(&set, other);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &set, NULL));
	return (int)CHECK_CALL(signalfd(-1, &set, flags));
}

static void queue(int signal, int value)
{
	CHECK_CALL(sigqueue(getpid(), signal, (union sigval){ .sival_int = value }));
}

static void expect(int fd, int signal, int value)
{
	struct signalfd_siginfo info;

	CHECK_IS(read(fd, &info, sizeof(info)), sizeof(info));
	CHECK_IS(info.ssi_signo, signal);
	CHECK_IS(info.ssi_int, value);
}

static void expect_silent(int fd)
{
	struct signalfd_siginfo info;

	CHECK_IS(read(fd, &info, sizeof(info)), -1);
	CHECK_IS(errno, EAGAIN);
}

static void *count(void *argument)
{
	struct signalfd_siginfo info;
	int fd = *(int *)argument;

	while (read(fd, &info, sizeof(info)) == sizeof(info) && info.ssi_int >= 0)
		beats++;
	return NULL;
}

int main(void)
{
	int fd = make(SFD_NONBLOCK | SFD_CLOEXEC, SIGRTMIN + 1, SIGTERM);
	int other = make(SFD_NONBLOCK, SIGRTMIN + 2, SIGHUP);
	int waited = make(0, SIGRTMIN + 3, SIGRTMIN + 4);
	int twin = (int)CHECK_CALL(dup(fd));
	pthread_t thread = check_thread(count, &waited);

	queue(SIGRTMIN + 1, 11);
	queue(SIGRTMIN + 1, 12);
	check_ready();
	while (!check_told()) {
		queue(SIGRTMIN + 3, 0);
		check_pause(1000);
	}
	CHECK(beats, "the thread got no signal");
	queue(SIGRTMIN + 4, -1);
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_IS(fcntl(twin, F_GETFD), 0);
	queue(SIGTERM, 13);
	expect(twin, SIGTERM, 13); /* by number, and ours are the real-time ones */
	expect(fd, SIGRTMIN + 1, 11);
	expect(fd, SIGRTMIN + 1, 12);
	expect_silent(fd);
	expect_silent(other);
	queue(SIGRTMIN + 2, 14);
	expect_silent(fd);
	expect(other, SIGRTMIN + 2, 14);
	return check_passed();
}
