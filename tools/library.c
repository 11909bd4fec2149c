/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where libkrgghost.so is, and how the loader is told. */
#include "library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executable.h"
#include "words.h"

/* Seen from the folder of the program that is running. */
static const char *const places[] = {
	"/.libs/" LIBRARY_NAME, /* build tree */
	"/../lib/" LIBRARY_NAME,
	"/../lib64/" LIBRARY_NAME,
	"/../lib/x86_64-linux-gnu/" LIBRARY_NAME,
	NULL,
};

/* The folder of this program without a slash at its end; 0 or -errno. */
static int own_folder(char folder[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);

	if (length < 0)
		return -errno;
	folder[length] = '\0';
	*strrchr(folder, '/') = '\0';
	return 0;
}

void library_beside(const char *name, char *path)
{
	char folder[PATH_MAX];

	if (!own_folder(folder)) {
		int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);

		if (length < PATH_MAX && !access(path, X_OK))
			return;
	}
	snprintf(path, PATH_MAX, "%s/%s", KRG_BINDIR, name);
}

static int find_own(char path[PATH_MAX], struct failure *failure)
{
	char folder[PATH_MAX];
	int known = !own_folder(folder);

	for (int i = 0; known && places[i]; i++) {
		int length = snprintf(path, PATH_MAX, "%s%s", folder, places[i]);

		if (length < PATH_MAX && !access(path, R_OK))
			return 0;
	}
	snprintf(path, PATH_MAX, "%s/%s", KRG_LIBDIR, LIBRARY_NAME);
	if (!access(path, R_OK))
		return 0;
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s is neither beside krg-run nor in %s: say where it is with --library",
			   LIBRARY_NAME, KRG_LIBDIR);
}

static int check(const char *path, struct failure *failure)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int result;

	if (fd < 0)
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "the library %s cannot be opened: %m: give %s with --library",
				   path, LIBRARY_NAME);
	result = executable_check_library(fd, path, failure);
	close(fd);
	return result;
}

int library_find(const char *wanted, char path[PATH_MAX], struct failure *failure)
{
	int error = wanted ? words_absolute(wanted, path, PATH_MAX) : 0;

	if (error)
		return failure_set(failure, EXECUTABLE_REFUSED, "the path of the library %s: %s",
				   wanted, strerror(-error));
	if (!wanted && find_own(path, failure))
		return -1;
	/* ld.so(8): blanks and colons divide LD_PRELOAD, a dollar begins a token. */
	if (strpbrk(path, " :$"))
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "the loader cannot preload %s: use a path without blank, colon "
				   "and dollar sign",
				   path);
	return check(path, failure);
}

/* True where the first entry of `list` is `path`, as when krg-run runs krg-run. */
static int is_first(const char *list, const char *path)
{
	size_t length = strlen(path);

	return !strncmp(list, path, length) && (!list[length] || strchr(" :", list[length]));
}

int library_preload(const char *path, struct failure *failure)
{
	const char *others = getenv("LD_PRELOAD");
	char *list = NULL;
	int error = 0;

	if (!others || !*others) {
		error = setenv("LD_PRELOAD", path, 1);
	} else if (!is_first(others, path)) {
		error = asprintf(&list, "%s:%s", path, others) < 0 ||
			setenv("LD_PRELOAD", list, 1) < 0;
		free(list);
	}
	return error ? failure_set(failure, EXECUTABLE_REFUSED, "LD_PRELOAD cannot be set: %m") : 0;
}
