/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-resume in front of the program: signals in, stops and the exit status out. */
#include "front.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../ghost/sys.h"
#include "say.h"

/* By a raw call: libc leaves its own two signals out of every set, and the reborn
 * threads, which inherit the mask, must not be hit by those either before they
 * have their handlers. */
void front_prepare(void)
{
	const sys_sigset_t all = SYS_SIGALL;

	sys_sigprocmask(SIG_SETMASK, &all, NULL);
}

static void tell(const struct front *front, int status)
{
	struct front_news news = { status };

	if (front->news_out >= 0 && write(front->news_out, &news, sizeof(news)) < 0)
		return;		/* nobody is outside any more */
}

static int reap(struct front *front, int *result);

static void set_foreground(const struct front *front, pid_t group)
{
	if (front->terminal >= 0)
		tcsetpgrp(front->terminal, group);
}

/* All that the front in the namespace has told so far.  Returns 1 when the end is
 * among it, with *result; stops that were told before are over by now. */
static int drain_news(struct front *front, int timeout, int *result)
{
	struct pollfd source = { .fd = front->news_in, .events = POLLIN };
	struct front_news news;

	while (front->news_in >= 0 && poll(&source, 1, timeout) > 0) {
		if (read(front->news_in, &news, sizeof(news)) != sizeof(news)) {
			close(front->news_in);
			front->news_in = -1;
		} else if (!WIFSTOPPED(news.status) && !WIFCONTINUED(news.status)) {
			*result = news.status;
			return 1;
		}
	}
	return 0;
}

/* A signal from the terminal goes to a whole group: a program in ours has it
 * already.  To the program itself, not by way of a namespace's init: there it could
 * arrive later than what is sent after it. */
static void forward(const struct front *front, const struct signalfd_siginfo *signal)
{
	siginfo_t info;

	if (signal->ssi_code == SI_KERNEL && !front->apart)
		return;
	if (signal->ssi_code != SI_QUEUE) {
		kill(front->program, (int)signal->ssi_signo);
		return;
	}
	/* With its value: krg-checkpoint sends the number of its mailbox. */
	memset(&info, 0, sizeof(info));
	info.si_code = SI_QUEUE;
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_int = signal->ssi_int;
	syscall(SYS_rt_sigqueueinfo, front->program, signal->ssi_signo, &info);
}

/* What was sent to us while we were stopped comes before the continue, which
 * itself is passed on by other means; an end of a child is left to be seen. */
static void forward_waiting(const struct front *front)
{
	struct pollfd source = { .fd = front->signals, .events = POLLIN };
	struct signalfd_siginfo signal;

	while (poll(&source, 1, 0) > 0 &&
	       read(front->signals, &signal, sizeof(signal)) == sizeof(signal))
		if (signal.ssi_signo != SIGCONT && signal.ssi_signo != SIGCHLD)
			forward(front, &signal);
}

/* The shell must see krg-resume stop when the program does, and the program must
 * go on, with the terminal if the shell gave it to krg-resume, when it is let go
 * on.  Returns 1 when the program has ended meanwhile. */
static int stop_with(struct front *front, int *result)
{
	if (front->news_out >= 0)
		return 0;	/* init of a namespace cannot be stopped; outside it is done */
	if (front->group && tcgetpgrp(front->terminal) == front->group)
		set_foreground(front, getpgrp());
	kill(getpid(), SIGSTOP);
	if (front->group && tcgetpgrp(front->terminal) == getpgrp())
		set_foreground(front, front->group);
	if (drain_news(front, 0, result))
		return 1;
	forward_waiting(front);
	kill(front->group ? -front->group : front->program, SIGCONT);
	return reap(front, result);
}

/* Returns 1 when the program has ended, with *result. */
static int take_news(struct front *front, int status, int *result)
{
	if (WIFCONTINUED(status))
		return 0;
	tell(front, status);
	if (WIFSTOPPED(status))
		return stop_with(front, result);
	*result = status;
	return 1;
}

/* The init of a namespace has ended: how the program ended it has told before. */
static int take_end_of_init(struct front *front, int status, int *result)
{
	if (!drain_news(front, -1, result))
		*result = WIFSIGNALED(status) ? status : SAY_FAILED << 8;
	return 1;
}

/* Reaps everything: as init of a namespace all orphans are ours. */
static int reap(struct front *front, int *result)
{
	int status, ended = 0;
	pid_t child;

	while ((child = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
		if (child != front->child)
			continue;
		if (!front->in_namespace)
			ended |= take_news(front, status, result);
		else if (!WIFSTOPPED(status) && !WIFCONTINUED(status))
			ended |= take_end_of_init(front, status, result);
	}
	return ended;
}

static int take_signal(struct front *front, int *result)
{
	struct signalfd_siginfo signal;

	if (read(front->signals, &signal, sizeof(signal)) != sizeof(signal))
		return 0;
	if (signal.ssi_signo == SIGCHLD)
		return reap(front, result);
	/* Only who stops with the program lets it go on. */
	if (signal.ssi_signo == SIGCONT && front->news_out >= 0)
		return 0;
	/* Ours is the group that the shell stops and continues. */
	if (signal.ssi_signo == SIGTTIN || signal.ssi_signo == SIGTTOU)
		return 0;
	forward(front, &signal);
	return 0;
}

static int take_inner_news(struct front *front, int *result)
{
	struct front_news news;
	ssize_t got = read(front->news_in, &news, sizeof(news));

	if (got == sizeof(news))
		return take_news(front, news.status, result);
	close(front->news_in);
	front->news_in = -1;
	return 0;
}

int front_run(struct front *front)
{
	struct pollfd sources[2];
	sigset_t all;
	int result = 0;

	sigfillset(&all);
	front->signals = signalfd(-1, &all, SFD_CLOEXEC);
	if (front->signals < 0)
		die("signalfd: %s", strerror(errno));
	sources[0].fd = front->signals;
	sources[0].events = sources[1].events = POLLIN;
	front->in_namespace = front->news_in >= 0;
	if (!front->program)
		front->program = front->child;
	/* A child may have ended before the descriptor was made. */
	if (reap(front, &result))
		return result;
	for (;;) {
		sources[1].fd = front->news_in;
		if (poll(sources, 2, -1) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		/* What the namespace tells comes before the end of its init. */
		if (front->news_in >= 0 && sources[1].revents && take_inner_news(front, &result))
			return result;
		if ((sources[0].revents & POLLIN) && take_signal(front, &result))
			return result;
	}
}

void front_end(int status)
{
	struct rlimit none = { 0, 0 };
	sigset_t all;

	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	/* The program has dumped its core, if it was to; we need not. */
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(WTERMSIG(status));
	_exit(128 + WTERMSIG(status));
}
