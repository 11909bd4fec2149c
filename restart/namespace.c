/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A namespace in which every process id is free, for users without privileges. */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clocks.h"
#include "front.h"
#include "say.h"
#include "spawn.h"

static int write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done;

	if (file < 0)
		return -errno;
	done = write(file, text, strlen(text));
	close(file);
	return done < 0 ? -errno : 0;
}

/* One user and one group map to themselves: all that an unprivileged user may do
 * (user_namespaces(7)), and the ids look as before. */
static int map_ids(uid_t uid, gid_t gid)
{
	char line[64];
	int error = write_file("/proc/self/setgroups", "deny");

	if (error && error != -ENOENT)
		return error;
	snprintf(line, sizeof(line), "%u %u 1", uid, uid);
	error = write_file("/proc/self/uid_map", line);
	if (error)
		return error;
	snprintf(line, sizeof(line), "%u %u 1", gid, gid);
	return write_file("/proc/self/gid_map", line);
}

/* Where a container hides parts of /proc the kernel does not let us mount a
 * fresh one; then the shim translates the numbers that it reads there. */
static void mount_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
		mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* With the rights of our own namespace; those of a privileged user have been tried. */
static void set_clocks(struct leave *leave)
{
	if (leave->clocks)
		leave->clocks = clocks_enter(leave->image, leave->image->process->pid == 1);
	if (leave->clocks && leave->options->verbose)
		leave_tell_clocks(leave);
}

struct inner {
	struct leave *leave;
	int user_namespace;
	uid_t uid;
	gid_t gid;
	int news;		/* to the outside: the report, then the news */
};

static void report_and_exit(const struct inner *inner, const struct leave_report *report)
{
	if (write(inner->news, report, sizeof(*report)) < 0)
		_exit(SAY_FAILED);
	_exit(SAY_FAILED);
}

/* The first process of the namespace. */
static __attribute__((noreturn)) void run_inner(struct inner *inner)
{
	struct front front = { .news_in = -1, .news_out = inner->news, .terminal = -1 };
	struct leave_report report;
	int error = 0;

	memset(&report, 0, sizeof(report));
	/* Nobody would look after the program when krg-resume outside is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (inner->user_namespace)
		error = map_ids(inner->uid, inner->gid);
	if (error) {
		report.error = error;
		snprintf(report.line, sizeof(report.line), "the user namespace: %s",
			 strerror(-error));
		report_and_exit(inner, &report);
	}
	set_clocks(inner->leave);
	mount_proc();
	/* The program was itself the first process of a namespace, as in a container:
	 * then it is again, and reaps its orphans itself. */
	if (inner->leave->image->process->pid == 1) {
		inner->leave->report = inner->news;
		leave_for_good(inner->leave);
	}
	prctl(PR_SET_NAME, "krg-resume");
	front.child = spawn_program(inner->leave, &report);
	if (front.child < 0) {
		report.error = front.child;
		report_and_exit(inner, &report);
	}
	revive_forget(inner->leave->revived, inner->leave->image);
	for (int i = 0; i < 3; i++)
		close(i);
	if (write(inner->news, &report, sizeof(report)) < 0)
		_exit(SAY_FAILED);
	front_run(&front);
	_exit(0);
}

static pid_t clone_into(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

/* A privileged user needs no user namespace, and keeps all ids that way. */
static pid_t make(struct inner *inner)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS;
	pid_t init = clone_into(flags);

	inner->user_namespace = 0;
	if (init < 0 && errno == EPERM) {
		inner->user_namespace = 1;
		init = clone_into(flags | CLONE_NEWUSER);
		/* After the clone, not before: only the child is in the namespace. */
		if (!init)
			inner->leave->drop_capabilities = 1;
	}
	return init < 0 ? -errno : init;
}

int namespace_spawn(struct namespace *namespace, struct leave *leave, struct leave_report *report)
{
	struct inner inner = { .leave = leave, .uid = geteuid(), .gid = getegid() };
	int ends[2];
	ssize_t got;

	memset(report, 0, sizeof(*report));
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	ends[0] = revive_raise(leave->revived, ends[0]);
	ends[1] = revive_raise(leave->revived, ends[1]);
	inner.news = ends[1];
	namespace->init = make(&inner);
	if (!namespace->init) {
		close(ends[0]);
		run_inner(&inner);
	}
	close(ends[1]);
	namespace->news = ends[0];
	if (namespace->init < 0) {
		snprintf(report->line, sizeof(report->line),
			 "a namespace for the process ids is not allowed here: %s",
			 strerror(-namespace->init));
		return namespace->init;
	}
	do
		got = read(ends[0], report, sizeof(*report));
	while (got < 0 && errno == EINTR);
	if (got == 0 && leave->image->process->pid == 1) {
		close(ends[0]);
		namespace->news = -1;
		return 0;
	}
	if (got != sizeof(*report)) {
		snprintf(report->line, sizeof(report->line), "the namespace broke off");
		return -EIO;
	}
	return report->error;
}
