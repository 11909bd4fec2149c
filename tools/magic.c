/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a file is a ghost at all, whole or not. */
#include "magic.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../ghost/header.h"

static int check(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	return S_ISREG(stat.st_mode) ? header_look(fd) : -ENOEXEC;
}

int magic_open(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
	int error;

	if (fd < 0)
		return -errno;
	error = check(fd);
	if (!error)
		return fd;
	close(fd);
	return error;
}
