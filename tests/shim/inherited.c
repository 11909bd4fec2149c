/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors of the start: which were there, and whether they still are. */
#include "shim/inherited.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shim/anchor.h"

struct anchor anchor;

/* The descriptor `fd`, as a checkpoint would ask. */
static int has(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && inherited_has(fd, &stat);
}

static void note_again(void)
{
	memset(&anchor.inherited, 0, sizeof(anchor.inherited));
	inherited_note();
}

Test(inherited, nothing_was_there_before_it_is_noted)
{
	int fd = memfd_create("a", MFD_CLOEXEC);

	cr_expect_not(has(fd));
}

Test(inherited, what_is_open_is_noted)
{
	int one = memfd_create("a", MFD_CLOEXEC), later, far;

	far = fcntl(one, F_DUPFD_CLOEXEC, 700);
	cr_assert_gt(far, one);
	note_again();
	later = memfd_create("b", MFD_CLOEXEC);
	cr_expect(has(one));
	cr_expect(has(far));
	cr_expect_not(has(later));
}

Test(inherited, another_file_of_the_same_number_is_not_it)
{
	int fd = memfd_create("a", MFD_CLOEXEC), other = memfd_create("b", MFD_CLOEXEC);

	note_again();
	cr_assert_eq(dup2(other, fd), fd);
	cr_expect_not(has(fd));
	cr_expect(has(other));
}

Test(inherited, the_standard_ones_are_not_meant)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		cr_assert_eq(dup2(null, fd), fd);
	note_again();
	cr_expect(has(null));
	for (int fd = 0; fd < 3; fd++)
		cr_expect_not(has(fd), "%d", fd);
}

/* More than one getdents64(2) returns, and more than there is room for. */
Test(inherited, there_may_be_more_than_there_is_room_for)
{
	int first = memfd_create("a", MFD_CLOEXEC), noted = 0;

	for (int i = 0; i < 200; i++)
		cr_assert_geq(dup(first), 0);
	note_again();
	cr_expect_eq(anchor.inherited.count, INHERITED_MAX);
	for (int fd = 0; fd < 300; fd++)
		noted += has(fd);
	cr_expect_eq(noted, INHERITED_MAX);
}

Test(inherited, noting_leaves_nothing_open)
{
	int before = dup(0);

	close(before);
	note_again();
	cr_expect_eq(dup(0), before);
	cr_expect_not(has(before), "the directory itself was not inherited");
}
