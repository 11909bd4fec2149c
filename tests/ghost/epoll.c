/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registrations: the kernel's lines, and spent ones that are spent again. */
#include "ghost/kind/epoll.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ghost/fdinfo.h"

Test(epoll, lines_of_the_kernel)
{
	const char *line =
		"tfd:       12 events: c0000019 data: fedcba9876543210  pos:0 ino:3c51a sdev:fe00003";
	struct registration_ghost registration;
	struct registration_file file;

	cr_assert_eq(registration_parse(line, &registration, &file), 0);
	cr_expect_eq(registration.fd, 12);
	cr_expect_eq(registration.events, EPOLLONESHOT | EPOLLET | EPOLLERR | EPOLLHUP | EPOLLIN);
	cr_expect_eq(registration.data, 0xfedcba9876543210);
	cr_expect_eq(file.inode, 0x3c51a);
	cr_expect_eq(file.device, makedev(0xfe, 3));
}

Test(epoll, lines_of_another_sort)
{
	static const char *const others[] = { "", "pos:\t0", "tfd", "ino:\t12", " tfd: 1" };
	struct registration_ghost registration;
	struct registration_file file;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_expect_eq(registration_parse(others[i], &registration, &file), -EINVAL, "%s",
			     others[i]);
}

Test(epoll, lines_cut_anywhere)
{
	char line[] = "tfd: 5 events: 19 data: 4d pos:0 ino:40e sdev:10";
	struct registration_ghost registration;
	struct registration_file file;

	for (size_t length = sizeof(line) - 1; length > 0; length--) {
		line[length] = '\0';
		registration_parse(line, &registration, &file);
	}
}

/* What the kernel says of the one registration there is. */
static void ask(int epoll, struct registration_ghost *registration, struct registration_file *file)
{
	char info[1024], *line = info;

	cr_assert_gt(fdinfo_read(epoll, info, sizeof(info)), 0);
	line = strstr(info, "tfd:");
	cr_assert_not_null(line);
	memset(registration, 0, sizeof(*registration));
	cr_assert_eq(registration_parse(line, registration, file), 0);
}

static int spend(int fd, struct epoll_event wanted, struct registration_ghost *registration)
{
	int epoll = epoll_create1(0), again = epoll_create1(0);
	struct registration_file file;
	struct stat stat;

	cr_assert_eq(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted), 0);
	ask(epoll, registration, &file);
	cr_expect(!registration_is_spent(registration));
	cr_assert_eq(fstat(fd, &stat), 0);
	cr_expect_eq(file.inode, stat.st_ino);
	cr_expect_eq(file.device, stat.st_dev);
	cr_assert_eq(epoll_wait(epoll, &wanted, 1, 0), 1);
	ask(epoll, registration, &file);
	cr_expect(registration_is_spent(registration));
	close(epoll);
	return again;
}

static void expect_spent(int epoll, uint64_t data)
{
	struct registration_ghost found;
	struct registration_file file;
	struct epoll_event event;

	cr_expect_eq(epoll_wait(epoll, &event, 1, 0), 0);
	ask(epoll, &found, &file);
	cr_expect(registration_is_spent(&found));
	cr_expect_eq(found.data, data);
}

Test(epoll, what_is_ready_is_spent_again)
{
	struct epoll_event wanted = { .events = EPOLLOUT | EPOLLONESHOT, .data.u64 = 77 };
	struct registration_ghost registration;
	int fd = eventfd(0, 0), epoll = spend(fd, wanted, &registration);

	cr_assert_eq(registration_revive(epoll, &registration), 0);
	expect_spent(epoll, 77);
}

/* It had a byte when it was spent, and has none now. */
Test(epoll, an_empty_pipe_is_spent_again)
{
	struct epoll_event wanted = { .events = EPOLLIN | EPOLLONESHOT | EPOLLET, .data.u64 = 78 };
	struct registration_ghost registration;
	int ends[2], epoll;
	char byte;

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_eq(write(ends[1], "x", 1), 1);
	epoll = spend(ends[0], wanted, &registration);
	cr_assert_eq(read(ends[0], &byte, 1), 1);
	cr_assert_eq(registration_revive(epoll, &registration), 0);
	expect_spent(epoll, 78);
	cr_expect_eq(read(ends[0], &byte, 1), -1);
	cr_expect_eq(errno, EAGAIN);
	close(ends[1]);
	expect_spent(epoll, 78);
}
