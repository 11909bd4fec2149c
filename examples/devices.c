/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices that are the same everywhere. */
#include <sys/sysmacros.h>

#include "check.h"

static const struct {
	const char *path;
	int flags;
	int minor;
} devices[] = {
	{ "/dev/null", O_RDWR, 3 },
	{ "/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC, 3 },
	{ "/dev/zero", O_RDONLY, 5 },
	{ "/dev/full", O_WRONLY, 7 },
	{ "/dev/random", O_RDONLY | O_NONBLOCK, 8 },
	{ "/dev/urandom", O_RDONLY | O_CLOEXEC, 9 },
};

#define COUNT (int)(sizeof(devices) / sizeof(devices[0]))

static int fds[COUNT], flags[COUNT];

static void verify(int i)
{
	struct stat now;

	CHECK_CALL(fstat(fds[i], &now));
	CHECK(S_ISCHR(now.st_mode), "%s is no device", devices[i].path);
	CHECK_IS(major(now.st_rdev), 1);
	CHECK_IS(minor(now.st_rdev), devices[i].minor);
	CHECK_IS(fcntl(fds[i], F_GETFL), flags[i]);
	CHECK_IS(fcntl(fds[i], F_GETFD), devices[i].flags & O_CLOEXEC ? FD_CLOEXEC : 0);
}

int main(void)
{
	char bytes[64] = "x";

	for (int i = 0; i < COUNT; i++) {
		fds[i] = (int)CHECK_CALL(open(devices[i].path, devices[i].flags));
		flags[i] = fcntl(fds[i], F_GETFL);
	}
	check_ready();
	while (!check_told()) {
		CHECK_IS(read(fds[5], bytes, sizeof(bytes)), sizeof(bytes));
		check_pause(200);
	}
	for (int i = 0; i < COUNT; i++)
		verify(i);
	CHECK_IS(read(fds[0], bytes, 1), 0);
	CHECK_IS(write(fds[1], bytes, 5), 5);
	CHECK_IS(read(fds[2], bytes, sizeof(bytes)), sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		CHECK_IS(bytes[i], 0);
	CHECK_IS(write(fds[3], bytes, 5), -1);
	CHECK_IS(errno, ENOSPC);
	CHECK(read(fds[4], bytes, 8) > 0, "/dev/random: %s", strerror(errno));
	CHECK_IS(read(fds[5], bytes, sizeof(bytes)), sizeof(bytes));
	return check_passed();
}
