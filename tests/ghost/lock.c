/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks: the kernel's line about them, and taking them again by it. */
#include "ghost/kind/lock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "ghost/fdinfo.h"

static const struct {
	const char *line;
	int type, exclusive;
	uint64_t start, length;
} lines[] = {
	{ "lock:\t1: POSIX  ADVISORY  WRITE 1234 08:01:5678 0 EOF", LOCK_POSIX, 1, 0, 0 },
	{ "lock:\t1: POSIX  ADVISORY  READ  1234 08:01:5678 0 EOF", LOCK_POSIX, 0, 0, 0 },
	{ "lock:\t12: POSIX  ADVISORY  WRITE 7 fe:00:1 100 199\n", LOCK_POSIX, 1, 100, 100 },
	{ "lock:\t1: POSIX  MANDATORY READ  7 00:1f:99 5 5\nlock:\t2: ...", LOCK_POSIX, 0, 5, 1 },
	{ "lock:\t1: OFDLCK ADVISORY  WRITE -1 08:01:5678 0 EOF", LOCK_OFD, 1, 0, 0 },
	{ "lock:\t1: OFDLCK ADVISORY  READ -1 08:01:5678 4294967296 9223372036854775806", LOCK_OFD,
	  0, 4294967296, 9223372036854775806 - 4294967296 + 1 },
	{ "lock:\t1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF", LOCK_FLOCK, 1, 0, 0 },
	{ "lock:\t1: FLOCK  ADVISORY  READ 359 00:13:11691 0 EOF", LOCK_FLOCK, 0, 0, 0 },
};

Test(lock, lines_of_the_kernel)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct lock_ghost lock;

		memset(&lock, 0xff, sizeof(lock));
		cr_assert_eq(lock_parse(lines[i].line, &lock), 0, "%s", lines[i].line);
		cr_expect_eq(lock.type, (uint32_t)lines[i].type, "%s", lines[i].line);
		cr_expect_eq(lock.exclusive, lines[i].exclusive, "%s", lines[i].line);
		cr_expect_eq(lock.start, lines[i].start, "%s", lines[i].line);
		cr_expect_eq(lock.length, lines[i].length, "%s", lines[i].line);
	}
}

Test(lock, lines_of_another_sort)
{
	static const char *const others[] = {
		"",
		"pos:\t0",
		"lock:",
		"lock:\t",
		"lock:\t1:",
		"lock:\t1: LEASE  ACTIVE    READ 1234 08:01:5678 0 EOF",
		"lock:\t1: DELEG  ACTIVE    READ 1234 08:01:5678 0 EOF",
		"lock:\t1: -> POSIX  ADVISORY  WRITE 1234 08:01:5678 0 EOF",
	};
	struct lock_ghost lock;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_expect_eq(lock_parse(others[i], &lock), -EINVAL, "%s", others[i]);
}

/* A line that ends early must not be read beyond its end. */
Test(lock, lines_cut_anywhere)
{
	const char *whole = lines[2].line;
	struct lock_ghost lock;

	for (size_t cut = 0; cut < strlen(whole); cut++) {
		char *line = strndup(whole, cut);

		lock_parse(line, &lock);
		free(line);
	}
}

static int file_new(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		cr_skip("no O_TMPFILE in /tmp");
	return fd;
}

/* What the kernel really says of the one lock on `fd`. */
static void ask(int fd, struct lock_ghost *lock)
{
	char info[1024], *line;

	memset(lock, 0, sizeof(*lock));
	cr_assert_gt(fdinfo_read(fd, info, sizeof(info)), 0);
	line = strstr(info, "lock:\t");
	cr_assert_not_null(line, "no lock in %s", info);
	cr_assert_eq(lock_parse(line, lock), 0, "%s", line);
}

static void check_again(struct lock_ghost wanted)
{
	struct lock_ghost back;
	int fd = file_new();

	wanted.fd = (uint32_t)fd;
	cr_assert_eq(lock_retake(&wanted), 0);
	ask(fd, &back);
	cr_expect_eq(back.type, wanted.type);
	cr_expect_eq(back.exclusive, wanted.exclusive);
	cr_expect_eq(back.start, wanted.start);
	cr_expect_eq(back.length, wanted.length);
	close(fd);
}

Test(lock, can_be_taken_again_by_what_the_kernel_says)
{
	for (uint32_t type = 0; type < LOCK_TYPES; type++) {
		for (uint8_t exclusive = 0; exclusive < 2; exclusive++) {
			struct lock_ghost lock = { .type = type, .exclusive = exclusive };

			check_again(lock);
			lock.start = 1000;
			lock.length = 50;
			if (type != LOCK_FLOCK)
				check_again(lock);
		}
	}
}

Test(lock, that_somebody_has_is_not_waited_for)
{
	struct lock_ghost lock = { .type = LOCK_FLOCK, .exclusive = 1 };
	char path[64];
	int fd = file_new(), other;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_RDWR | O_CLOEXEC);
	cr_assert_geq(other, 0);
	cr_assert_eq(flock(other, LOCK_EX), 0);
	lock.fd = (uint32_t)fd;
	cr_expect_eq(lock_retake(&lock), -EAGAIN);
	close(fd);
	close(other);
}

Test(lock, needs_a_descriptor)
{
	struct lock_ghost lock = { .fd = 12345, .type = LOCK_POSIX };

	cr_expect_eq(lock_retake(&lock), -EBADF);
}
