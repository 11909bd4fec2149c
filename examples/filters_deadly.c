/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters that no checkpoint would survive; tests/examples/filters.py asks for one. */
#include <signal.h>
#include <stdatomic.h>

#include "filter.h"

/* filters_deadly KIND: confines itself at SIGUSR1, which only the main thread takes.
 *   one      a call of a checkpoint would end the program
 *   fails    … would fail, and there is none without it
 *   mute     hardly anything is permitted, not even a word about it
 *   strict   a thread has nothing left but read and write */

static volatile sig_atomic_t wanted;
static int ends[2];
static atomic_int confined;

static void on_signal(int signal)
{
	(void)signal;
	wanted = 1;
}

static void confine_one(uint32_t answer)
{
	struct sock_filter code[] = { LOAD_CALL, IF_CALL(getdents64, answer),
				      ELSE(SECCOMP_RET_ALLOW) };

	filter_by_prctl(code, sizeof(code) / sizeof(code[0]));
}

static void confine_mute(void)
{
	struct sock_filter code[] = {
		LOAD_CALL,
		IF_CALL(write, SECCOMP_RET_ALLOW),
		IF_CALL(newfstatat, SECCOMP_RET_ALLOW),
		IF_CALL(clock_nanosleep, SECCOMP_RET_ALLOW),
		IF_CALL(rt_sigreturn, SECCOMP_RET_ALLOW),
		IF_CALL(restart_syscall, SECCOMP_RET_ALLOW),
		IF_CALL(exit_group, SECCOMP_RET_ALLOW),
		ELSE(SECCOMP_RET_KILL_PROCESS),
	};

	CHECK_IS(filter_by_call(code, sizeof(code) / sizeof(code[0]), 0), 0);
}

static void *be_strict(void *argument)
{
	char byte = 0;

	CHECK_CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	confined = 1;
	while (read(ends[0], &byte, 1) != 1)
		;
	/* libc's way to end a thread is not permitted. */
	syscall(SYS_exit, 0);
	return argument;
}

static void confine(const char *kind)
{
	if (!strcmp(kind, "one"))
		confine_one(SECCOMP_RET_KILL_PROCESS);
	else if (!strcmp(kind, "fails"))
		confine_one(SECCOMP_RET_ERRNO | EPERM);
	else if (!strcmp(kind, "mute"))
		confine_mute();
	else
		check_thread(be_strict, NULL);
	while (!strcmp(kind, "strict") && !confined)
		check_pause(1000);
}

int main(int count, char **arguments)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	const struct timespec pause = { .tv_nsec = 3000000 };

	CHECK_IS(count, 2);
	CHECK_CALL(pipe(ends));
	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	check_ready();
	while (!wanted && !check_told())
		nanosleep(&pause, NULL);
	if (wanted) {
		confine(arguments[1]);
		CHECK_CALL(write(1, "confined\n", 9));
	}
	check_wait();
	if (confined)
		CHECK_IS(write(ends[1], "x", 1), 1);
	return check_passed();
}
