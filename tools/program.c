/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that a person names: where it is, and whether the shim gets into it. */
#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executable.h"
#include "privileges.h"
#include "script.h"

#define PROGRAM_DEPTH 4 /* scripts read by scripts; the kernel's limit too */

/* 0, or -errno as execve() would say it. */
static int startable(const char *path)
{
	struct stat stat_now;

	if (stat(path, &stat_now) < 0)
		return -errno;
	if (!S_ISREG(stat_now.st_mode))
		return S_ISDIR(stat_now.st_mode) ? -EISDIR : -EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/* Puts the first file of that name in PATH into `path`.  Like execvp() it prefers
 * one that starts to one that only lacks the permission. */
static int search(const char *name, char path[PATH_MAX])
{
	const char *next = getenv("PATH");
	int error = -ENOENT;

	if (!next)
		next = "/bin:/usr/bin";
	while (next && error) {
		char candidate[PATH_MAX];
		size_t length = strcspn(next, ":");
		int written = snprintf(candidate, sizeof(candidate), "%.*s/%s",
				       length ? (int)length : 1, length ? next : ".", name);
		int found = written < (int)sizeof(candidate) ? startable(candidate) : -ENOENT;

		/* A folder that may not be searched tells nothing about the file. */
		if (found == -EACCES && access(candidate, F_OK) < 0)
			found = -ENOENT;
		if (!found || (found == -EACCES && error == -ENOENT)) {
			strcpy(path, candidate);
			error = found;
		}
		next = next[length] ? next + length + 1 : NULL;
	}
	return error;
}

static int refuse_start(const char *subject, int error, struct failure *failure)
{
	switch (error) {
	case -EISDIR:
		return failure_set(failure, EXECUTABLE_UNUSABLE,
				   "%s is a directory: give a program in it", subject);
	case -EACCES:
		return failure_set(failure, EXECUTABLE_UNUSABLE,
				   "%s may not be executed: look at its permissions (chmod +x) and "
				   "its mount (noexec)",
				   subject);
	case -ENOENT:
	case -ENOTDIR:
		return failure_set(failure, EXECUTABLE_MISSING, "%s does not exist: check its path",
				   subject);
	default:
		return failure_set(failure, EXECUTABLE_UNUSABLE, "%s cannot be started: %s",
				   subject, strerror(-error));
	}
}

int program_find(const char *name, char path[PATH_MAX], struct failure *failure)
{
	int error = -ENOENT;

	if (strchr(name, '/')) {
		if (strlen(name) >= PATH_MAX)
			return refuse_start(name, -ENAMETOOLONG, failure);
		strcpy(path, name);
		error = startable(path);
		return error ? refuse_start(path, error, failure) : 0;
	}
	if (*name)
		error = search(name, path);
	if (error == -ENOENT)
		return failure_set(failure, EXECUTABLE_MISSING,
				   "there is no program \"%s\" in PATH: give its path", name);
	return error ? refuse_start(path, error, failure) : 0;
}

/* Puts into `path` who reads the script: with env(1), who is started by env,
 * which only hands the environment on.  0 or -1. */
static int find_reader(const struct script *script, const char *subject, char path[PATH_MAX],
		       struct failure *failure)
{
	char named[SCRIPT_HEAD];
	int error = startable(script->interpreter);

	strcpy(path, script->interpreter);
	if (!error && !script_env_program(script, named)) {
		if (!program_find(named, path, failure))
			return 0;
		return failure_set(failure, failure->status,
				   "%s is to be read by \"%s\" (%s), which cannot be started: "
				   "install it, or correct the first line or PATH",
				   subject, named, script->interpreter);
	}
	if (!error)
		return 0;
	return failure_set(failure, error == -ENOENT ? EXECUTABLE_MISSING : EXECUTABLE_UNUSABLE,
			   "%s is to be read by \"%s\", which cannot be started (%s): install it, "
			   "or correct the first line%s",
			   subject, path, strerror(-error),
			   strchr(path, '\r') ? ", which ends as in DOS" : "");
}

/* 0: a program that can be used.  1: a script; `path` is now its reader.  -1. */
static int look_into(int fd, const char *subject, char path[PATH_MAX], struct failure *failure)
{
	char head[SCRIPT_HEAD];
	ssize_t length = pread(fd, head, sizeof(head), 0);
	struct script script;

	if (length < 0)
		return failure_set(failure, EXECUTABLE_REFUSED, "%s cannot be read: %m", subject);
	if (length >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG)) {
		if (privileges_check(fd, subject, failure))
			return -1;
		return executable_check(fd, subject, failure);
	}
	if (!script_parse(head, (size_t)length, &script)) {
		if (find_reader(&script, subject, path, failure))
			return -1;
		return 1;
	}
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s is neither an ELF program nor a script that begins with #!: give "
			   "its interpreter first, as in: krg-run sh %s",
			   subject, path);
}

static int open_program(const char *path, const char *subject, struct failure *failure)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0)
		return fd;
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s may be executed but not read, so krgghost cannot save it: make it "
			   "readable (chmod +r)",
			   subject);
}

int program_check(const char *path, char image[PATH_MAX], struct failure *failure)
{
	char subject[2 * PATH_MAX + 32];

	snprintf(subject, sizeof(subject), "%s", path);
	snprintf(image, PATH_MAX, "%s", path);
	for (int depth = 0; depth <= PROGRAM_DEPTH; depth++) {
		int fd = open_program(image, subject, failure);
		int result;

		if (fd < 0)
			return -1;
		result = look_into(fd, subject, image, failure);
		close(fd);
		if (result <= 0)
			return result;
		snprintf(subject, sizeof(subject), "%s is read by %s, which", path, image);
	}
	return failure_set(failure, EXECUTABLE_UNUSABLE,
			   "%s is read by a script, that by another, and so on: name a program in "
			   "its first line",
			   path);
}
