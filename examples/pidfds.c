/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pidfd of the program itself: it still names the program, which may have another host number now. */
#include <poll.h>
#include <signal.h>

#include "check.h"

static volatile sig_atomic_t value;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	value = info->si_value.sival_int;
}

int main(void)
{
	int fd = (int)CHECK_CALL(syscall(SYS_pidfd_open, getpid(), O_NONBLOCK));
	int twin = (int)CHECK_CALL(dup(fd));
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	struct pollfd alive = { .fd = twin, .events = POLLIN };

	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	check_ready();
	check_wait();
	info.si_value.sival_int = 4711;
	CHECK_CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
	CHECK_IS(value, 4711);
	CHECK_CALL(syscall(SYS_pidfd_send_signal, twin, SIGUSR1, NULL, 0));
	CHECK_IS(poll(&alive, 1, 0), 0);
	CHECK_IS(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_IS(fcntl(twin, F_GETFD), 0);
	return check_passed();
}
