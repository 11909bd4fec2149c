/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the process that becomes the program, with its old id. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int spawn_ids_are_free(const struct image *image)
{
	for (size_t i = 0; i < image->thread_count; i++)
		if (!kill((pid_t)image->threads[i].tid, 0) || errno != ESRCH)
			return 0;
	return 1;
}

static pid_t fork_with_id(pid_t pid)
{
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = (uint64_t)(uintptr_t)&pid,
		.set_tid_size = 1,
	};
	long child = syscall(SYS_clone3, &arguments, sizeof(arguments));

	return child < 0 ? -errno : (pid_t)child;
}

/* End of file without a word means that the child has left. */
static int await_report(int from, pid_t child, struct leave_report *report)
{
	ssize_t got;
	int status;

	do
		got = read(from, report, sizeof(*report));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return 0;
	waitpid(child, &status, 0);
	if (got != sizeof(*report)) {
		report->error = -EIO;
		snprintf(report->line, sizeof(report->line), "the restart broke off");
	}
	return report->error ? report->error : -EIO;
}

pid_t spawn_program(struct leave *leave, struct leave_report *report)
{
	int ends[2], error;
	pid_t child;

	memset(report, 0, sizeof(*report));
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	ends[0] = revive_raise(leave->revived, ends[0]);
	ends[1] = revive_raise(leave->revived, ends[1]);
	child = fork_with_id((pid_t)leave->image->process->pid);
	if (!child) {
		close(ends[0]);
		leave->report = ends[1];
		leave_for_good(leave);
	}
	close(ends[1]);
	error = child < 0 ? child : await_report(ends[0], child, report);
	if (child < 0)
		snprintf(report->line, sizeof(report->line), "process id %u cannot be had: %s",
			 leave->image->process->pid, strerror(-child));
	close(ends[0]);
	return error ? error : child;
}
