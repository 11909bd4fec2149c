/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of names: what is made of one, and what a name made of it tells. */
#include "ghost/pattern.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct pattern_values values = {
	.program = "a%n.out", .host = "node7", .pid = 4711, .number = 12, .time = 1700000000,
};

static void expands(const char *pattern, const char *wanted)
{
	char name[256];

	cr_expect_eq(pattern_expand(pattern, &values, name, sizeof(name)), 0, "%s", pattern);
	cr_expect_str_eq(name, wanted, "%s", pattern);
}

static int matches(const char *pattern, const char *name, struct pattern_values *found,
		   uint32_t *known)
{
	*found = values;
	return pattern_match(pattern, (uint32_t)strlen(pattern), name, found, known);
}

Test(pattern, stands_for_values)
{
	expands("%e-%p.ghost", "a%n.out-4711.ghost");
	expands("%h.%n.%t", "node7.12.1700000000");
	expands("100%%n%q%", "100%n%q%");
	expands("%%%n", "%12");
}

Test(pattern, a_long_name_is_an_error)
{
	char name[8];

	cr_expect_eq(pattern_expand("%e-%p", &values, name, sizeof(name)), -ENAMETOOLONG);
	cr_expect_eq(pattern_expand("", &values, name, sizeof(name)), -ENAMETOOLONG);
}

Test(pattern, has_what_it_has)
{
	cr_expect(pattern_has("a-%n", 'n'));
	cr_expect_not(pattern_has("a-%%n", 'n'));
	cr_expect(pattern_has("a-%%%n", 'n'));
	cr_expect_not(pattern_has("a-%", 'n'));
}

/* Whatever is expanded is recognized, with the numbers that went in. */
Test(pattern, what_was_made_is_found_again)
{
	static const char *const patterns[] = {
		"%e-%p.ghost", "%n", "%h-%n-%t.g", "%p%n.x", "%n%t", "%%%n%%%p", "0%n0%p0", "%n-%n",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		char name[256], again[256];
		struct pattern_values found;
		uint32_t known = 0;

		cr_assert_eq(pattern_expand(patterns[i], &values, name, sizeof(name)), 0);
		cr_expect(matches(patterns[i], name, &found, &known), "%s", patterns[i]);
		/* Two numbers side by side may be divided elsewhere, but give the same name. */
		pattern_expand(patterns[i], &found, again, sizeof(again));
		cr_expect_str_eq(again, name, "%s", patterns[i]);
	}
}

Test(pattern, numbers_are_found)
{
	struct pattern_values found;
	uint32_t known = 0;

	cr_assert(matches("j-%n-%t.g", "j-345-99.g", &found, &known));
	cr_expect_eq(found.number, 345);
	cr_expect_eq(found.time, 99);
	cr_expect_eq(known, PATTERN_NUMBER | PATTERN_TIME);
}

Test(pattern, a_known_number_must_be_that_one)
{
	struct pattern_values found;
	uint32_t known = PATTERN_PID;

	cr_expect(matches("%p-%n", "4711-3", &found, &known));
	known = PATTERN_PID;
	cr_expect_not(matches("%p-%n", "4712-3", &found, &known));
	cr_expect_eq(known, PATTERN_PID);
	known = 0;
	cr_expect_not(matches("%n-%n", "3-4", &found, &known));
	cr_expect_eq(known, 0);
}

Test(pattern, other_names_are_not_taken)
{
	static const char *const names[] = {
		"", "g-", "g-.ghost", "g-01.ghost", "g-1.ghost~", "xg-1.ghost", "g-1.ghos",
		"g--1.ghost", "g-1x.ghost", "g-9999999999999999999999.ghost", "g- 1.ghost",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pattern_values found;
		uint32_t known = 0;

		cr_expect_not(matches("g-%n.ghost", names[i], &found, &known), "\"%s\"", names[i]);
	}
}

Test(pattern, only_the_given_part_counts)
{
	struct pattern_values found = values;
	uint32_t known = 0;

	cr_expect(pattern_match("%n/rest", 2, "17", &found, &known));
	cr_expect_eq(found.number, 17);
}

Test(pattern, a_relative_one_is_placed)
{
	char path[PATTERN_PATH], long_one[PATTERN_PATH + 8];

	cr_expect_eq(pattern_place("/x/%n", 1, path), 0);
	cr_expect_str_eq(path, "/x/%n");
	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	cr_expect_eq(pattern_place(long_one, 1, path), -ENAMETOOLONG);
	cr_expect_str_empty(path);
}
