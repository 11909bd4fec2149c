/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New processes and new images. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "../shim/anchor.h"
#include "../shim/gate.h"
#include "../shim/signal.h"
#include "real.h"

/* Zone: wrapper. */

#define EXPORT __attribute__((visibility("default")))

/* The gate is held, so that the child cannot be asked for a checkpoint before
 * its copy of our state is its own. */
EXPORT pid_t fork(void)
{
	pid_t child;

	gate_enter();
	child = real_get()->fork();
	if (!child)
		anchor_forked();
	gate_leave();
	return child;
}

/* True where the new image will have the shim in it. */
static int carries_shim(char *const environment[])
{
	for (; environment && *environment; environment++)
		if (!strncmp(*environment, "LD_PRELOAD=", 11))
			return strstr(*environment, "libkrgghost") != NULL;
	return 0;
}

/* Until the constructor runs in the new image, our signal would kill it; blocked
 * signals stay pending across an exec, and the constructor unblocks it.  What the
 * program believes about it goes over in two more bits of the mask; that it ignores
 * it, as the kernel has it.  A process of several threads execs in any of them. */
static void before_exec(char *const environment[])
{
	sys_sigset_t bits = SYS_SIGBIT(anchor.settings.signal) | SYS_SIGBIT(SIGNAL_MASK_IS_OURS);
	sys_sigset_t mask = 0;
	struct sys_sigaction action;

	if (!anchor.ready || !carries_shim(environment))
		return;
	sys_sigprocmask(SIG_BLOCK, NULL, &mask);
	if (self.main_thread ? self.blocked
			     : (mask & SYS_SIGBIT(anchor.settings.signal)) != 0)
		bits |= SYS_SIGBIT(SIGNAL_WAS_BLOCKED);
	sys_sigprocmask(SIG_BLOCK, &bits, NULL);
	signal_shown_action(&action);
	if (action.handler == (uint64_t)(uintptr_t)SIG_IGN)
		sys_sigaction(anchor.settings.signal, &action, NULL);
}

/* The exec has failed, or the new image has a process of its own. */
static int after_exec(int result)
{
	sys_sigset_t bits = SYS_SIGBIT(SIGNAL_MASK_IS_OURS) | SYS_SIGBIT(SIGNAL_WAS_BLOCKED);
	sys_sigset_t mask = 0;

	if (!anchor.ready)
		return result;
	sys_sigprocmask(SIG_BLOCK, NULL, &mask);
	if (!(mask & SYS_SIGBIT(SIGNAL_MASK_IS_OURS)))
		return result;
	if (self.main_thread || !(mask & SYS_SIGBIT(SIGNAL_WAS_BLOCKED)))
		bits |= SYS_SIGBIT(anchor.settings.signal);
	signal_install();
	sys_sigprocmask(SIG_UNBLOCK, &bits, NULL);
	return result;
}

/* The child begins with the mask of the caller. */
EXPORT int posix_spawn(pid_t *child, const char *path,
		       const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes, char *const arguments[],
		       char *const environment[])
{
	before_exec(environment);
	return after_exec(real_get()->posix_spawn(child, path, actions, attributes, arguments,
						  environment));
}

EXPORT FILE *popen(const char *command, const char *mode)
{
	FILE *file;

	before_exec(environ);
	file = real_get()->popen(command, mode);
	after_exec(0);
	return file;
}

EXPORT int posix_spawnp(pid_t *child, const char *file,
			const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attributes, char *const arguments[],
			char *const environment[])
{
	before_exec(environment);
	return after_exec(real_get()->posix_spawnp(child, file, actions, attributes, arguments,
						   environment));
}

EXPORT int execve(const char *path, char *const arguments[], char *const environment[])
{
	before_exec(environment);
	return after_exec(real_get()->execve(path, arguments, environment));
}

EXPORT int execv(const char *path, char *const arguments[])
{
	before_exec(environ);
	return after_exec(real_get()->execv(path, arguments));
}

EXPORT int execvp(const char *file, char *const arguments[])
{
	before_exec(environ);
	return after_exec(real_get()->execvp(file, arguments));
}

EXPORT int execvpe(const char *file, char *const arguments[], char *const environment[])
{
	before_exec(environment);
	return after_exec(real_get()->execvpe(file, arguments, environment));
}

EXPORT int execveat(int directory, const char *path, char *const arguments[],
		    char *const environment[], int flags)
{
	before_exec(environment);
	return after_exec(real_get()->execveat(directory, path, arguments, environment, flags));
}

EXPORT int fexecve(int file, char *const arguments[], char *const environment[])
{
	before_exec(environment);
	return after_exec(real_get()->fexecve(file, arguments, environment));
}

/* The list forms: `list` stands behind `first`. */
static int run_list(const char *name, const char *first, va_list list, int with_environment,
		    int (*run)(const char *, char *const[], char *const[]))
{
	size_t count = 2;	/* the first and the terminating NULL */
	va_list counting;

	va_copy(counting, list);
	while (va_arg(counting, char *))
		count++;
	va_end(counting);

	char *arguments[count];

	arguments[0] = (char *)first;
	for (size_t i = 1; i < count; i++)
		arguments[i] = va_arg(list, char *);
	return run(name, arguments, with_environment ? va_arg(list, char *const *) : environ);
}

EXPORT int execl(const char *path, const char *first, ...)
{
	va_list list;
	int result;

	va_start(list, first);
	result = run_list(path, first, list, 0, execve);
	va_end(list);
	return result;
}

EXPORT int execlp(const char *file, const char *first, ...)
{
	va_list list;
	int result;

	va_start(list, first);
	result = run_list(file, first, list, 0, execvpe);
	va_end(list);
	return result;
}

EXPORT int execle(const char *path, const char *first, ...)
{
	va_list list;
	int result;

	va_start(list, first);
	result = run_list(path, first, list, 1, execve);
	va_end(list);
	return result;
}
