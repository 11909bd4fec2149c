/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-run --resume: from the newest whole ghost, or from the start. */
#include "again.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../ghost/crc32c.h"
#include "../ghost/image.h"
#include "../restart/front.h"
#include "../restart/say.h"
#include "candidates.h"
#include "claim.h"
#include "executable.h"
#include "library.h"
#include "magic.h"
#include "whole.h"

struct own {
	char pattern[PATTERN_PATH], name[PATTERN_PROGRAM];
	struct utsname host;
	struct pattern_values values;
	int many; /* the pattern is one for many programs: what it names must be asked */
};

static int learn_own(const struct again *again, struct own *own, struct failure *failure)
{
	const char *pattern = getenv("KRG_GHOST");
	char *file = realpath(again->image, NULL);

	if (!file)
		return failure_set(failure, EXECUTABLE_REFUSED, "%s: %m", again->image);
	/* Cut as the shim does it. */
	snprintf(own->name, sizeof(own->name), "%.*s", PATTERN_PROGRAM - 1, strrchr(file, '/') + 1);
	free(file);
	uname(&own->host);
	own->values = (struct pattern_values){
		.program = own->name,
		.host = own->host.nodename,
	};
	if (pattern_place(pattern && *pattern ? pattern : PATTERN_DEFAULT, 1, own->pattern))
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "the name of the ghosts is too long: give a shorter --output");
	own->many = pattern_has(own->pattern, 'e') || pattern_has(own->pattern, 'p');
	return 0;
}

/* Compares the words from *at on with `argument`, and steps behind it. */
static int takes(const struct process_ghost *process, size_t *at, const char *argument)
{
	size_t left = process->arguments_length - *at, length = strlen(argument) + 1;

	/* The ghost may have room for the beginning of a long line only. */
	if (length > left && process->arguments_length == PROCESS_ARGUMENTS)
		length = left;
	if (length > left || memcmp(process->arguments + *at, argument, length))
		return 0;
	*at += length;
	return 1;
}

static int takes_all(const struct process_ghost *process, size_t at, const char *first,
		     char *const rest[])
{
	if (!takes(process, &at, first))
		return 0;
	while (*rest)
		if (!takes(process, &at, *rest++))
			return 0;
	return at == process->arguments_length;
}

/* Whether the ghost was started by this command line.  A script's stands behind
 * its interpreter and that one's own arguments. */
static int is_ours(const struct again *again, const struct process_ghost *process)
{
	if (again->image == again->program)
		return takes_all(process, 0, again->arguments[0], again->arguments + 1);
	for (size_t at = 0; at < process->arguments_length;) {
		at += strnlen(process->arguments + at, process->arguments_length - at) + 1;
		if (at < process->arguments_length &&
		    takes_all(process, at, again->program, again->arguments + 1))
			return 1;
	}
	return 0;
}

/* 1: take this one.  0: another program's.  -1: not to be had, and why. */
static int judge(const struct again *again, const struct own *own, const char *path,
		 struct failure *failure)
{
	struct image image;
	int result = 1;

	if (image_open(&image, path))
		return failure_set(failure, EXECUTABLE_REFUSED, "%s", image.error);
	if (own->many && !is_ours(again, image.process))
		result = 0;
	else if (image_trusted(&image))
		result = failure_set(failure, EXECUTABLE_REFUSED, "%s: %s", path, image.error);
	else if (whole_check(&image, path, EXECUTABLE_REFUSED, failure))
		result = -1;
	image_close(&image);
	return result;
}

/* The path of the newest whole ghost, to be freed; NULL where there is none. */
static char *choose(const struct again *again, const struct own *own, struct failure *failure)
{
	struct candidates found;
	char *chosen = NULL;
	int error = candidates_find(own->pattern, &own->values, &found);

	if (error) {
		failure_set(failure, EXECUTABLE_REFUSED, "the ghosts cannot be looked for: %s",
			    strerror(-error));
		return NULL;
	}
	for (size_t i = 0; i < found.count && !chosen; i++) {
		struct failure why;
		int result = judge(again, own, found.list[i].path, &why);

		if (result > 0)
			chosen = strdup(found.list[i].path);
		if (result >= 0)
			continue;
		strncat(why.line, ": passed over", sizeof(why.line) - strlen(why.line) - 1);
		failure_print(&why, "krg-run");
	}
	candidates_free(&found);
	return chosen;
}

/* What the program has left when it has done its work.  A damaged one tells no
 * command line, so it stays where it may be another's. */
static void remove_all(const struct again *again, const struct own *own)
{
	struct candidates found;

	if (candidates_find(own->pattern, &own->values, &found))
		return;
	for (size_t i = 0; i < found.count; i++) {
		const char *path = found.list[i].path;
		struct image image;
		int ours = !own->many, fd;

		if (own->many && !image_open(&image, path)) {
			ours = is_ours(again, image.process);
			image_close(&image);
		}
		fd = ours ? magic_open(path, 0) : -1;
		if (fd < 0)
			continue;
		close(fd);
		if (unlink(path))
			warn("%s cannot be removed: %s", path, strerror(errno));
	}
	candidates_free(&found);
}

/* In the child. */
static void become(const struct again *again, const char *ghost)
{
	struct failure failure = { 0 };
	char resume[PATH_MAX];

	if (ghost) {
		library_beside("krg-resume", resume);
		execl(resume, "krg-resume", ghost, (char *)NULL);
		failure_set(&failure, EXECUTABLE_REFUSED, "%s cannot be started: %m", resume);
	} else if (!library_preload(again->library, &failure)) {
		execv(again->program, again->arguments);
		failure_set(&failure, errno == ENOENT ? EXECUTABLE_MISSING : EXECUTABLE_UNUSABLE,
			    "%s cannot be started: %m", again->program);
	}
	_exit(failure_print(&failure, "krg-run"));
}

static pid_t start(const struct again *again, const char *ghost, struct failure *failure)
{
	struct sigaction normal = { .sa_handler = SIG_DFL }, before;
	sigset_t mask;
	pid_t child;

	/* Else a child that has ended would not be told. */
	sigaction(SIGCHLD, &normal, &before);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	front_prepare();
	child = fork();
	if (!child) {
		sigaction(SIGCHLD, &before, NULL);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		become(again, ghost);
	}
	if (child < 0)
		failure_set(failure, EXECUTABLE_REFUSED, "no process can be made: %m");
	return child;
}

/* Which programs exclude each other: those that would take each other's ghosts. */
static uint32_t key_of(const struct again *again, const struct own *own)
{
	uint32_t key = crc32c(0, own->pattern, strlen(own->pattern));

	if (!own->many)
		return key;
	key = crc32c(key, own->name, sizeof(own->name));
	for (char **argument = again->arguments; *argument; argument++)
		key = crc32c(key, *argument, strlen(*argument) + 1);
	return key;
}

int again_run(const struct again *again, struct failure *failure)
{
	struct front front = { .news_in = -1, .news_out = -1, .terminal = -1 };
	struct own own = { 0 };
	char folder[PATH_MAX];
	struct claim claim;
	char *ghost;
	int status;

	say_as("krg-run");
	if (learn_own(again, &own, failure))
		return -1;
	if (candidates_folder(own.pattern, &own.values, folder, sizeof(folder)))
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "the name of the ghosts is too long");
	if (claim_take(&claim, folder, key_of(again, &own), failure))
		return -1;
	ghost = choose(again, &own, failure);
	if (ghost)
		warn("goes on from %s", ghost);
	front.child = failure->status ? -1 : start(again, ghost, failure);
	free(ghost);
	if (front.child < 0) {
		claim_leave(&claim);
		return -1;
	}
	status = front_run(&front);
	if (!status && !again->keep)
		remove_all(again, &own);
	claim_leave(&claim);
	front_end(status);
}
