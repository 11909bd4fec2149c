/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The atoms of records: their form in the file, and their limits. */
#include "ghost/scalar.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "ghost/medium.h"

static unsigned char bytes[64];
static struct medium_memory memory;
static ghost_t ghost;

static void go(enum ghost_way way, size_t size)
{
	medium_memory_read(&memory, bytes, size);
	ghost_open(&ghost, way, GHOST_CHECKPOINT, &memory.medium);
}

static void arrive(const char *data, size_t size)
{
	memcpy(bytes, data, size);
	go(GHOST_ARRIVING, size);
}

Test(scalar, numbers_are_little_endian_and_of_their_width)
{
	uint8_t one = 0x01;
	uint16_t two = 0x0302;
	uint32_t four = 0x07060504;
	uint64_t eight = 0x0f0e0d0c0b0a0908;

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_u8(&ghost, &one), 0);
	cr_expect_eq(ghost_u16(&ghost, &two), 0);
	cr_expect_eq(ghost_u32(&ghost, &four), 0);
	cr_expect_eq(ghost_u64(&ghost, &eight), 0);
	cr_expect_eq(memory.position, 15);
	for (unsigned char i = 0; i < 15; i++)
		cr_expect_eq(bytes[i], i + 1);
	cr_expect_eq(eight, 0x0f0e0d0c0b0a0908, "leaving changes nothing");
}

Test(scalar, numbers_come_back)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	arrive("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 15);
	ghost_u8(&ghost, &one);
	ghost_u16(&ghost, &two);
	ghost_u32(&ghost, &four);
	cr_expect_eq(ghost_u64(&ghost, &eight), 0);
	cr_expect_eq(one, 0x01);
	cr_expect_eq(two, 0x0302);
	cr_expect_eq(four, 0x07060504);
	cr_expect_eq(eight, 0x0f0e0d0c0b0a0908);
}

Test(scalar, negative_numbers_keep_their_sign)
{
	int32_t small = -2, small_back;
	int64_t large = INT64_MIN, large_back;

	go(GHOST_LEAVING, sizeof(bytes));
	ghost_i32(&ghost, &small);
	ghost_i64(&ghost, &large);
	go(GHOST_ARRIVING, 12);
	ghost_i32(&ghost, &small_back);
	cr_expect_eq(ghost_i64(&ghost, &large_back), 0);
	cr_expect_eq(small_back, -2);
	cr_expect_eq(large_back, INT64_MIN);
}

Test(scalar, what_is_missing_arrives_as_zero)
{
	uint32_t four = 0xffffffff;

	arrive("\1\2\3", 3);
	cr_expect_eq(ghost_u32(&ghost, &four), -EBADMSG);
	cr_expect_eq(four, 0);
}

Test(scalar, strings_come_back)
{
	char string[16] = "a name", back[16];

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_string(&ghost, string, sizeof(string)), 0);
	cr_expect_eq(memory.position, 4 + 6);
	memset(back, '#', sizeof(back));
	go(GHOST_ARRIVING, memory.position);
	cr_expect_eq(ghost_string(&ghost, back, sizeof(back)), 0);
	cr_expect(!memcmp(back, "a name\0\0\0\0\0\0\0\0\0", 16), "and the rest is zero");
}

Test(scalar, strings_fill_their_array_but_for_the_end)
{
	char fits[4] = "abc", too_long[4] = { 'a', 'b', 'c', 'd' };

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_string(&ghost, fits, sizeof(fits)), 0);
	cr_expect_eq(ghost_string(&ghost, too_long, sizeof(too_long)), -E2BIG);
}

Test(scalar, longer_strings_than_expected_are_refused)
{
	char string[4] = "###";

	arrive("\4\0\0\0abcd", 8);
	cr_expect_eq(ghost_string(&ghost, string, sizeof(string)), -E2BIG);
	cr_expect_str_empty(string);
}

Test(scalar, strings_with_an_end_inside_are_refused)
{
	char string[8];

	arrive("\3\0\0\0a\0c", 7);
	cr_expect_eq(ghost_string(&ghost, string, sizeof(string)), -EBADMSG);
	cr_expect_str_empty(string);
}

Test(scalar, short_strings_are_refused)
{
	char string[8] = "#######";

	arrive("\5\0\0\0abc", 7);
	cr_expect_eq(ghost_string(&ghost, string, sizeof(string)), -EBADMSG);
	cr_expect_str_empty(string);
}

Test(scalar, buffers_come_back_and_are_zero_behind)
{
	unsigned char data[8] = { 1, 0, 3 }, back[8];
	uint32_t length = 3;

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_buffer(&ghost, data, &length, sizeof(data)), 0);
	memset(back, 0xff, sizeof(back));
	length = 77;
	go(GHOST_ARRIVING, memory.position);
	cr_expect_eq(ghost_buffer(&ghost, back, &length, sizeof(back)), 0);
	cr_expect_eq(length, 3);
	cr_expect(!memcmp(data, back, sizeof(data)));
}

Test(scalar, buffers_of_any_length_up_to_all)
{
	char data[4] = "full";
	uint32_t length = 4;

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_buffer(&ghost, data, &length, sizeof(data)), 0);
	length = 0;
	cr_expect_eq(ghost_buffer(&ghost, data, &length, sizeof(data)), 0);
	cr_expect_eq(memory.position, 8 + 4);
}

Test(scalar, buffers_believe_no_length)
{
	unsigned char guarded[16];
	uint32_t length = 1;

	memset(guarded, 0xaa, sizeof(guarded));
	arrive("\xff\xff\xff\xff...", 7);
	cr_expect_eq(ghost_buffer(&ghost, guarded, &length, 8), -E2BIG);
	cr_expect_eq(length, 0);
	for (int i = 8; i < 16; i++)
		cr_expect_eq(guarded[i], 0xaa);
}

Test(scalar, counts_have_a_limit)
{
	uint32_t count;

	arrive("\3\0\0\0\4\0\0\0", 8);
	cr_expect_eq(ghost_count(&ghost, &count, 3), 0);
	cr_expect_eq(count, 3);
	cr_expect_eq(ghost_count(&ghost, &count, 3), -EBADMSG);
	cr_expect_eq(count, 0, "so that no loop runs by it");
}

Test(scalar, counts_are_checked_when_leaving_too)
{
	uint32_t count = 4;

	go(GHOST_LEAVING, sizeof(bytes));
	cr_expect_eq(ghost_count(&ghost, &count, 3), -EBADMSG);
}
