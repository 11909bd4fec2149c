/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which offsets a program's clocks need, wherever it was and wherever it is. */
#include "restart/clocks.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECOND 1000000000LL

static struct clock_ghost was, here;
static struct clocks wanted;

static struct clock_ghost clock_of(const char *boot, int64_t seconds, int64_t offset)
{
	struct clock_ghost clock = {
		.monotonic = (seconds + offset) * SECOND,
		.boottime = (seconds + offset + 7) * SECOND,
		.monotonic_offset = offset * SECOND,
		.boottime_offset = offset * SECOND,
	};

	strcpy(clock.boot, boot);
	return clock;
}

static void expect(int needed, int64_t offset)
{
	cr_expect_eq(clocks_differ(&was, &here, &wanted), needed);
	cr_expect_eq(wanted.monotonic, offset * SECOND, "%lld", (long long)wanted.monotonic);
	cr_expect_eq(wanted.boottime, offset * SECOND, "%lld", (long long)wanted.boottime);
}

Test(clocks, same_start_is_left_alone)
{
	was = clock_of("one", 100, 0);
	here = clock_of("one", 500, 0);
	expect(0, 0);
}

Test(clocks, same_start_keeps_an_offset)
{
	was = clock_of("one", 100, 3000);
	here = clock_of("one", 500, 0);
	expect(1, 3000);
	here = clock_of("one", 500, 3000);
	expect(0, 3000);
}

Test(clocks, another_start_goes_on)
{
	was = clock_of("one", 9000, 0);
	here = clock_of("two", 50, 0);
	expect(1, 8950);
	here = clock_of("two", 20000, 0);
	expect(1, -11000);
	was = clock_of("one", 9000, -40);
	expect(1, -11040);
	here = clock_of("two", 50, 20);
	expect(1, 8910);
}

Test(clocks, unknown_start_is_another)
{
	was = clock_of("", 9000, 0);
	here = clock_of("", 9001, 0);
	expect(1, -1);
}

/* A snapshot of a virtual machine has the boot id of its original. */
Test(clocks, same_start_that_went_back)
{
	was = clock_of("one", 9000, 0);
	here = clock_of("one", 100, 0);
	expect(1, 8900);
}
