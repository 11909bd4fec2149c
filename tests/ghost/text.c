/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text without stdio: what fits is whole, what does not is cut and says so. */
#include "ghost/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

static char buffer[128];
static struct text text;

static void open_text(void)
{
	text_open(&text, buffer, sizeof(buffer));
}

TestSuite(text, .init = open_text);

Test(text, begins_empty)
{
	cr_expect_str_empty(buffer);
	cr_expect_eq(text.length, 0);
	cr_expect_not(text.cut);
}

Test(text, adds_behind_each_other)
{
	text_add(&text, "descriptor ");
	text_add_decimal(&text, 7);
	text_add_bytes(&text, ": nothing", 2);
	cr_expect_str_eq(buffer, "descriptor 7: ");
	cr_expect_eq(text.length, strlen(buffer));
	cr_expect_not(text.cut);
}

Test(text, cuts_what_does_not_fit)
{
	char room[8];

	memset(room, '#', sizeof(room));
	text_open(&text, room, 5);
	text_add(&text, "1234");
	cr_expect_not(text.cut);
	text_add(&text, "5");
	cr_expect(text.cut);
	cr_expect_str_eq(room, "1234");
	cr_expect_eq(room[5], '#', "nothing is written behind the buffer");
	text_add(&text, "");
	cr_expect_eq(text.length, 4);
}

Test(text, needs_no_buffer)
{
	text_open(&text, NULL, 0);
	text_add(&text, "lost");
	cr_expect_eq(text.length, 0);
	cr_expect(text.cut);
}

Test(text, decimal_numbers)
{
	text_add_decimal(&text, 0);
	text_add(&text, " ");
	text_add_decimal(&text, INT64_MAX);
	text_add(&text, " ");
	text_add_decimal(&text, INT64_MIN);
	cr_expect_str_eq(buffer, "0 9223372036854775807 -9223372036854775808");
}

Test(text, hexadecimal_numbers)
{
	text_add_hex(&text, 0);
	text_add(&text, " ");
	text_add_hex(&text, 0xfedcba9876543210);
	text_add(&text, " ");
	text_add_hex(&text, UINT64_MAX);
	cr_expect_str_eq(buffer, "0 fedcba9876543210 ffffffffffffffff");
}

Test(text, errors_have_names_whatever_their_sign)
{
	text_add_error(&text, ENOSPC);
	text_add(&text, "; ");
	text_add_error(&text, -ENOSPC);
	cr_expect_str_eq(buffer,
			 "ENOSPC, no space left on device; ENOSPC, no space left on device");
}

Test(text, unknown_errors_keep_their_number)
{
	text_add_error(&text, -4000);
	cr_expect_str_eq(buffer, "error 4000");
}

Test(text, takes_numbers_one_after_the_other)
{
	const char *cursor = "18446744073709551615 rest";

	cr_expect_eq(text_take_decimal(&cursor), UINT64_MAX);
	cr_expect_str_eq(cursor, " rest");
	cr_expect_eq(text_take_decimal(&cursor), 0, "no digits, no number");
	cr_expect_str_eq(cursor, " rest");
}

Test(text, takes_hexadecimal_numbers_of_either_case)
{
	const char *cursor = "7fffDEADbeef-x";

	cr_expect_eq(text_take_hex(&cursor), 0x7fffdeadbeef);
	cr_expect_str_eq(cursor, "-x");
	cursor = "";
	cr_expect_eq(text_take_hex(&cursor), 0);
}

Test(text, finds_what_is_behind_a_word)
{
	cr_expect_str_eq(text_after("pos:\t12", "pos:"), "\t12");
	cr_expect_str_eq(text_after("pos", "pos"), "");
	cr_expect_null(text_after("po", "pos"));
	cr_expect_null(text_after("xpos:", "pos:"));
}
