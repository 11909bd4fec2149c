/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lengths of time as people write them. */
#include "ghost/duration.h"

#include <criterion/criterion.h>

Test(duration, is_understood)
{
	static const struct {
		const char *text;
		uint64_t milliseconds;
	} cases[] = {
		{ "1", 1000 },	     { "90s", 90000 },	  { "10m", 600000 },   { "2h", 7200000 },
		{ "1d", 86400000 },  { "0.5", 500 },	  { ".25", 250 },      { "1.5m", 90000 },
		{ "0.001", 1 },	     { "007", 7000 },	  { "3650d", DURATION_MAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(duration_parse(cases[i].text), cases[i].milliseconds, "%s",
			     cases[i].text);
}

Test(duration, what_is_none_is_zero)
{
	static const char *const cases[] = {
		"", "0", "0.0001", "-1", "+1", " 1", "1 ", "m", ".", "1.2.3", "1w", "1mm", "1e3",
		"3651d", "9999999999", "inf", "1:30",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(duration_parse(cases[i]), 0, "\"%s\"", cases[i]);
}
