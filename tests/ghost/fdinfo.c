/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fdinfo: asked of descriptors that really exist. */
#include "ghost/fdinfo.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

Test(fdinfo, tells_the_counter_of_an_eventfd)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	uint64_t values[] = { 7, 0xabcdef - 7, 0x1234567890123456 - 0xabcdef }, sum = 0, count;

	cr_assert_eq(fdinfo_hex(fd, "eventfd-count:", &count), 0);
	cr_expect_eq(count, 0);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(write(fd, &values[i], 8), 8);
		sum += values[i];
		cr_assert_eq(fdinfo_hex(fd, "eventfd-count:", &count), 0);
		cr_expect_eq(count, sum);
	}
	close(fd);
}

Test(fdinfo, is_whole_and_terminated)
{
	int fd = open("/dev/null", O_RDONLY);
	char info[1024];
	long length = fdinfo_read(fd, info, sizeof(info));

	cr_assert_gt(length, 0);
	cr_expect_eq(strlen(info), (size_t)length);
	cr_expect(!strncmp(info, "pos:\t0\n", 7));
	cr_expect_eq(info[length - 1], '\n');
}

Test(fdinfo, is_cut_where_there_is_less_room)
{
	char info[8] = "#######";

	cr_expect_eq(fdinfo_read(0, info, 5), 4);
	cr_expect_str_eq(info, "pos:");
	cr_expect_str_eq(info + 5, "##");
	cr_expect_eq(fdinfo_read(0, info, 1), 0);
	cr_expect_str_empty(info);
}

Test(fdinfo, fields_are_whole_words_at_the_start_of_a_line)
{
	int fd = eventfd(1, EFD_CLOEXEC);
	uint64_t value = 77;

	cr_expect_eq(fdinfo_hex(fd, "count:", &value), -ENOENT);
	cr_expect_eq(fdinfo_hex(fd, "no-such-field:", &value), -ENOENT);
	cr_expect_eq(value, 77, "untouched where there is none");
	close(fd);
}

Test(fdinfo, of_no_descriptor)
{
	uint64_t value;
	char info[64];

	cr_expect_eq(fdinfo_read(12345, info, sizeof(info)), -ENOENT);
	cr_expect_eq(fdinfo_hex(12345, "pos:", &value), -ENOENT);
	cr_expect_eq(fdinfo_read(-1, info, sizeof(info)), -ENOENT);
}

Test(fdinfo, leaves_no_descriptor_open)
{
	char info[64];
	int before = dup(0), after;

	close(before);
	fdinfo_read(0, info, sizeof(info));
	after = dup(0);
	cr_expect_eq(after, before);
	close(after);
}

Test(fdinfo, fields_begin_lines)
{
	const char *info = "pos:\t0\nflags: 02\nlast:\n";

	cr_expect_str_eq(fdinfo_field(info, "pos:"), "0\nflags: 02\nlast:\n");
	cr_expect_str_eq(fdinfo_field(info, "flags:"), "02\nlast:\n");
	cr_expect_str_eq(fdinfo_field(info, "last:"), "\n");
	cr_expect_null(fdinfo_field(info, "ags:"));
	cr_expect_null(fdinfo_field(info, "lasting:"));
	cr_expect_null(fdinfo_field("", "pos:"));
}
