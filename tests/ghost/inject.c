/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls that fail on purpose: what KRG_FAIL may say, and which call it hits. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ghost/inject.h"

static void expect_told(const char *words)
{
	char line[256] = "";

	inject_tell(line, sizeof(line));
	cr_expect(strstr(line, words) != NULL, "\"%s\" instead of \"%s\"", line, words);
}

Test(inject, understands_what_is_asked_for)
{
	static const char *const good[] = { "",
					    "count",
					    "write:3",
					    "mmap:1",
					    "openat:each",
					    "fsync:1:ENOSPC",
					    "die:scribe",
					    "die:worker:2",
					    "die:stopper:each",
					    "clone:99999999" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_expect_eq(inject_parse(good[i]), 0, "%s", good[i]);
	cr_expect_eq(inject_parse(NULL), 0);
}

Test(inject, ignores_what_it_does_not_understand)
{
	static const char *const wrong[] = { "write",        "write:",      "write:0",
					     "write:x",      "write:1:",    "write:1:ENOTHING",
					     "write:1x",     "writ:1",      "getpid:1",
					     "die:",         "die:me",      "die:scribe:",
					     "die:scribe:0", "counts",      ":1",
					     "write:1:E",    "write:eachx", "write:1234567890" };
	char line[64];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_expect_eq(inject_parse(wrong[i]), -EINVAL, "%s", wrong[i]);
		inject_begin(getpid());
		cr_expect_eq(inject_armed, 0, "%s", wrong[i]);
		cr_expect_eq(inject_tell(line, sizeof(line)), 0);
	}
}

Test(inject, fails_the_call_of_that_number_once)
{
	cr_assert_eq(inject_parse("write:3:ENOSPC"), 0);
	inject_begin(getpid());
	cr_expect_eq(inject_armed, 1);
	for (int i = 1; i < 6; i++) {
		cr_expect_eq(inject_failure(SYS_read, 0, 0), 0);
		cr_expect_eq(inject_failure(SYS_write, 0, 0), i == 3 ? -ENOSPC : 0, "%d", i);
	}
	inject_end();
	cr_expect_eq(inject_armed, 0);
	expect_told("write 3: ENOSPC");
	inject_begin(getpid());
	for (int i = 1; i < 6; i++)
		cr_expect_eq(inject_failure(SYS_write, 0, 0), 0);
	expect_told("nothing failed");
}

Test(inject, each_comes_to_the_next_in_every_second_checkpoint)
{
	cr_assert_eq(inject_parse("fsync:each"), 0);
	for (int checkpoint = 0; checkpoint < 8; checkpoint++) {
		inject_begin(getpid());
		for (int i = 1; i < 4; i++)
			cr_expect_eq(inject_failure(SYS_fsync, 0, 0),
				     checkpoint % 2 && i == checkpoint / 2 + 1 ? -EIO : 0,
				     "checkpoint %d, call %d", checkpoint, i);
		inject_end();
		expect_told(checkpoint % 2 == 0 ? "nothing was to fail"
			    : checkpoint < 7    ? "fsync "
						: "nothing failed");
	}
}

Test(inject, a_closed_descriptor_is_closed_and_a_wake_up_is_made)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(inject_parse("close:1"), 0);
	inject_begin(getpid());
	cr_expect_eq(inject_failure(SYS_close, ends[0], 0), -EIO);
	inject_end();
	cr_expect_eq(close(ends[0]), -1);
	cr_assert_eq(inject_parse("futex:1"), 0);
	inject_begin(getpid());
	cr_expect_eq(inject_failure(SYS_futex, 0, 1), 0);
	cr_expect_eq(inject_failure(SYS_futex, 0, 0), -EINTR);
	inject_end();
	close(ends[1]);
}

Test(inject, counts)
{
	cr_assert_eq(inject_parse("count"), 0);
	inject_begin(getpid());
	for (int i = 0; i < 3; i++)
		cr_expect_eq(inject_failure(SYS_fsync, 0, 0), 0);
	cr_expect_eq(inject_failure(499, 0, 0), 0);
	inject_end();
	expect_told("KRG_FAIL: fsync=3 499=1\n");
	inject_forget();
	inject_begin(getpid());
	cr_expect_eq(inject_armed, 0);
}
