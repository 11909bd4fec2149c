/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of a file that is read in pieces. */
#include "ghost/lines.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char text[] = "first\n\nthe third line\nlast\nhalf a li";

static int file(void)
{
	int fd = memfd_create("lines", 0);

	cr_assert_eq(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int join(char *line, void *argument)
{
	strcat(argument, line);
	strcat(argument, "|");
	return 0;
}

Test(lines, come_whole_whatever_the_buffer_holds)
{
	for (size_t size = strlen("the third line\n") + 1; size < 64; size++) {
		char buffer[64], joined[64] = "";

		cr_expect_eq(lines_each(file(), buffer, size, join, joined), 0, "%zu", size);
		cr_expect_str_eq(joined, "first||the third line|last|", "%zu", size);
	}
}

Test(lines, too_long_for_the_buffer)
{
	char buffer[8], joined[64] = "";

	cr_expect_eq(lines_each(file(), buffer, sizeof(buffer), join, joined), -E2BIG);
	cr_expect_str_eq(joined, "first||");
}

static int stop(char *line, void *argument)
{
	++*(int *)argument;
	return *line ? 0 : 4711;
}

Test(lines, end_when_somebody_has_seen_enough)
{
	char buffer[64];
	int seen = 0;

	cr_expect_eq(lines_each(file(), buffer, sizeof(buffer), stop, &seen), 4711);
	cr_expect_eq(seen, 2);
}

Test(lines, errors_are_told)
{
	char buffer[64];

	cr_expect_eq(lines_each(-1, buffer, sizeof(buffer), join, buffer), -EBADF);
}
