/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of /proc/PID/timers. */
#include "shim/timers.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

static struct timers_state timers;

static int parse(const char *list)
{
	memset(&timers, 0, sizeof(timers));
	return timers_parse(list, -1, &timers);
}

Test(timers, are_read)
{
	cr_assert_eq(
		parse("ID: 1\nsignal: 60/00007fff86e452a8\nnotify: signal/pid.2634\nClockID: 0\n"
		      "ID: 7\nsignal: 0/0\nnotify: none/tid.12\nClockID: -6\n"),
		0);
	cr_assert_eq(timers.count, 2);
	cr_expect(timers.timer[0].id == 1 && timers.timer[0].signal == 60);
	cr_expect_eq(timers.timer[0].value, 0x7fff86e452a8);
	cr_expect(timers.timer[0].notify == SIGEV_SIGNAL && timers.timer[0].clock == 0);
	cr_expect(timers.timer[1].id == 7 && timers.timer[1].thread == 12);
	cr_expect_eq(timers.timer[1].notify, SIGEV_NONE | SIGEV_THREAD_ID);
	cr_expect_eq(timers.timer[1].clock, -6);
}

/* Found by make fuzz: the smallest number has no counterpart. */
Test(timers, a_clock_of_any_number)
{
	cr_expect_eq(parse("ID: 0\nClockID: -2147483648\n"), 0);
	cr_expect_eq(timers.timer[0].clock, INT32_MIN);
	cr_expect_eq(parse("ClockID: -1\nsignal: 1/1\n"), 0);
	cr_expect_eq(timers.count, 0);
}

Test(timers, too_many_are_an_error)
{
	char list[TIMERS_MAX * 8 + 64] = "";
	char *end = list;

	for (int i = 0; i < TIMERS_MAX; i++)
		end = stpcpy(end, "ID: 1\n");
	cr_expect_eq(parse(list), 0);
	cr_expect_eq(timers.count, TIMERS_MAX);
	stpcpy(end, "ID: 1\n");
	cr_expect_eq(parse(list), -E2BIG);
}
