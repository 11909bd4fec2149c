/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process that is to be checkpointed, and that it can be. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process.h"
#include "signals.h"

#define SHIM_NAME   "libkrgghost.so"
#define RESUME_NAME "krg-resume"

#define RUN_NAME    "krg-run"

/* krg-run --resume, then krg-resume, which may be two processes, then the program. */
#define RESUME_DEPTH 4

static int refuse_missing(pid_t pid, struct failure *failure)
{
	return failure_set(failure, TARGET_REFUSED,
			   "there is no process %d: look for it with pgrep", (int)pid);
}

static int refuse_hidden(pid_t pid, const char *file, int error, struct failure *failure)
{
	if (error == -ESRCH)
		return refuse_missing(pid, failure);
	return failure_set(failure, TARGET_REFUSED,
			   "process %d does not show its %s (%s): run krg-checkpoint as root",
			   (int)pid, file, strerror(-error));
}

/* The number, or -1. */
static pid_t number(const char *text, struct failure *failure)
{
	/* The kernel has no larger id than 2^22. */
	if (!*text || strlen(text) > 7 || text[strspn(text, "0123456789")] || !atoi(text))
		return failure_set(failure, TARGET_REFUSED,
				   "\"%s\" is not a process id: give the number that pgrep shows",
				   text);
	return atoi(text);
}

static int refuse_user(pid_t pid, uid_t user, struct failure *failure)
{
	const struct passwd *entry = getpwuid(user);

	return failure_set(failure, TARGET_REFUSED,
			   "process %d belongs to user %s (%u): run krg-checkpoint as that user or "
			   "as root",
			   (int)pid, entry ? entry->pw_name : "unknown", user);
}

/* Takes hold of the process, so that its id cannot become another's, and sees
 * that it is alive and ours. */
static int hold(pid_t pid, struct target *target, struct process *process, struct failure *failure)
{
	int error = process_read(pid, process);

	if (error)
		return refuse_hidden(pid, "state", error, failure);
	target->pid = process->leader;
	target->pidfd = (int)syscall(SYS_pidfd_open, target->pid, 0);
	if (target->pidfd < 0 && errno == ESRCH)
		return refuse_missing(pid, failure);
	if (target->pidfd < 0)
		return failure_set(failure, TARGET_REFUSED, "process %d cannot be watched: %m",
				   (int)pid);
	error = process_read(target->pid, process);
	if (error)
		return refuse_hidden(pid, "state", error, failure);
	if (process->state == 'Z' || process->state == 'X')
		return failure_set(failure, TARGET_REFUSED,
				   "process %d (%s) has ended: its parent has not noticed yet",
				   (int)pid, process->name);
	if (syscall(SYS_pidfd_send_signal, target->pidfd, 0, NULL, 0) < 0)
		return errno == EPERM ? refuse_user(pid, process->user, failure)
				      : refuse_missing(pid, failure);
	target->user = process->user;
	target->group = process->group;
	return 0;
}

/* The first process below a krg-resume with the shim, or 0. */
static pid_t find_below(pid_t resume, int depth)
{
	for (pid_t child = 0; (child = process_child(resume, child));) {
		pid_t below;

		if (process_has_library(child, SHIM_NAME) > 0)
			return child;
		below = depth > 1 ? find_below(child, depth - 1) : 0;
		if (below)
			return below;
	}
	return 0;
}

/* 0 where the process has the shim; else turns to the program behind it. */
static int find_shim(struct target *target, struct process *process, struct failure *failure)
{
	int found = process_has_library(target->pid, SHIM_NAME);
	pid_t program;

	if (found < 0)
		return refuse_hidden(target->pid, "memory map", found, failure);
	if (found)
		return 0;
	if (!process_is_program(target->pid, process, RESUME_NAME) &&
	    !process_is_program(target->pid, process, RUN_NAME))
		return failure_set(failure, TARGET_REFUSED,
				   "process %d (%s) is not running under krgghost: start it with "
				   "krg-run %s",
				   (int)target->pid, process->name, process->name);
	program = find_below(target->pid, RESUME_DEPTH);
	if (!program)
		return failure_set(failure, TARGET_REFUSED,
				   "process %d (%s) has not brought its program up yet: try again "
				   "in a moment",
				   (int)target->pid, process->name);
	target_close(target);
	return hold(program, target, process, failure);
}

/* A file of the process that only those can open who may ask it: a lock on it
 * leaves nothing behind, and a stranger cannot hold it against us. */
static int open_claim(struct target *target, struct failure *failure)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)target->pid);
	target->claim = open(path, O_RDONLY | O_CLOEXEC);
	return target->claim < 0 ? refuse_hidden(target->pid, "memory map", -errno, failure) : 0;
}

static int choose_signal(int wanted, struct target *target, struct failure *failure)
{
	char value[32];
	int error;

	target->signal = wanted ? wanted : SIGUSR2;
	if (wanted)
		return 0;
	error = process_variable(target->pid, "KRG_SIGNAL", value, sizeof(value));
	if (error == -ENOENT)
		return 0;
	if (error && error != -E2BIG)
		return refuse_hidden(target->pid, "environment", error, failure);
	target->signal = error ? error : signals_number(value);
	if (target->signal > 0)
		return 0;
	return failure_set(failure, TARGET_REFUSED,
			   "process %d has a KRG_SIGNAL in its environment that is no signal: give "
			   "the right one with --signal",
			   (int)target->pid);
}

/* A signal that nobody catches would end the process. */
static int check_caught(const struct target *target, struct failure *failure)
{
	char name[SIGNALS_NAME];
	struct process process;
	int error = process_read(target->pid, &process);

	if (error)
		return refuse_hidden(target->pid, "state", error, failure);
	if (process.caught >> (target->signal - 1) & 1)
		return 0;
	return failure_set(failure, TARGET_REFUSED,
			   "process %d does not wait for %s: either it is only just starting (try "
			   "again), or another signal was chosen (give it with --signal)",
			   (int)target->pid, signals_name(target->signal, name));
}

int target_find(const char *text, int signal, struct target *target, struct failure *failure)
{
	struct process process;
	pid_t pid = number(text, failure);

	target->pidfd = -1;
	target->claim = -1;
	if (pid < 0)
		return -1;
	if (!hold(pid, target, &process, failure) && !find_shim(target, &process, failure) &&
	    !open_claim(target, failure) && !choose_signal(signal, target, failure) &&
	    !check_caught(target, failure))
		return 0;
	target_close(target);
	return -1;
}

int target_claim(const struct target *target)
{
	struct process process;

	if (flock(target->claim, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return 0;
	return process_read(target->pid, &process) ||
	       !(process.pending >> (target->signal - 1) & 1);
}

int target_is_stopped(const struct target *target)
{
	struct process process;

	return !process_read(target->pid, &process) && strchr("Tt", process.state) != NULL;
}

void target_close(struct target *target)
{
	if (target->pidfd >= 0)
		close(target->pidfd);
	if (target->claim >= 0)
		close(target->claim);
	target->pidfd = -1;
	target->claim = -1;
}
