/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames: one behind the other, unknown ones skipped, damaged ones refused. */
#include "ghost/frame.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "ghost/scalar.h"

#define TAG 0x44434241 /* "ABCD" */

static struct medium_memory memory;
static ghost_t ghost;

static int make_number(ghost_t *to, void *record, size_t size)
{
	return size == sizeof(uint32_t) ? ghost_u32(to, record) : ghost_fail(to, -EINVAL);
}

static int make_failure(ghost_t *to, void *record, size_t size)
{
	make_number(to, record, size);
	return ghost_fail(to, -EIO);
}

static int put(uint32_t tag, uint16_t version, uint32_t number)
{
	return frame_put(&ghost, tag, version, make_number, &number, sizeof(number));
}

static void open_memory(void)
{
	cr_assert_eq(medium_memory_write(&memory, 4096), 0);
	ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &memory.medium);
}

/* From here on what was put is taken. */
static void turn_round(size_t size)
{
	medium_memory_read(&memory, memory.data, size);
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
}

TestSuite(frame, .init = open_memory);

Test(frame, has_the_documented_form)
{
	cr_expect_eq(put(TAG, 0x0102, 0x04030201), 0);
	cr_expect_eq(memory.position, FRAME_HEADER + 4);
	cr_expect(!memcmp(memory.data, "ABCD\x02\x01\0\0\4\0\0\0", 12));
	cr_expect(!memcmp(memory.data + FRAME_HEADER, "\1\2\3\4", 4));
}

Test(frame, come_back_in_order)
{
	struct frame frame;
	uint32_t number;

	put(TAG, 1, 10);
	put(TAG + 1, 2, 20);
	turn_round(memory.position);
	for (uint32_t i = 0; i < 2; i++) {
		cr_assert_eq(frame_next(&ghost, &frame), 1);
		cr_expect_eq(frame.tag, TAG + i);
		cr_expect_eq(frame.version, 1 + i);
		cr_expect_eq(frame.length, 4);
		cr_expect_eq(frame_take(&frame, 2, make_number, &number, sizeof(number)), 0);
		cr_expect_eq(number, 10 * (i + 1));
	}
	cr_expect_eq(frame_next(&ghost, &frame), 0);
	cr_expect_eq(frame_next(&ghost, &frame), 0);
}

Test(frame, none_in_nothing)
{
	struct frame frame;

	turn_round(0);
	cr_expect_eq(frame_next(&ghost, &frame), 0);
}

Test(frame, that_fails_leaves_nothing_behind)
{
	uint32_t number = 1;

	put(TAG, 1, 1);
	cr_expect_eq(frame_put(&ghost, TAG, 1, make_failure, &number, sizeof(number)), -EIO);
	cr_expect_eq(memory.position, FRAME_HEADER + 4);
	cr_expect_eq(put(TAG, 1, 1), -EIO, "the error stays");
}

Test(frame, truncated_anywhere_is_refused)
{
	struct frame frame;
	size_t size;

	put(TAG, 1, 1);
	size = memory.position;
	for (size_t cut = 1; cut < size; cut++) {
		turn_round(cut);
		cr_expect_eq(frame_next(&ghost, &frame), -EBADMSG, "cut to %zu", cut);
		cr_expect_eq(frame_next(&ghost, &frame), -EBADMSG, "the error stays");
	}
}

Test(frame, every_flipped_bit_is_seen)
{
	struct frame frame;
	size_t size;

	put(TAG, 1, 0x12345678);
	size = memory.position;
	for (size_t bit = 0; bit < size * 8; bit++) {
		memory.data[bit / 8] ^= (unsigned char)(1U << bit % 8);
		turn_round(size);
		cr_expect_eq(frame_next(&ghost, &frame), -EBADMSG, "bit %zu", bit);
		memory.data[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
}

Test(frame, damage_in_one_is_found_behind_the_others)
{
	struct frame frame;
	size_t size;

	put(TAG, 1, 1);
	put(TAG, 1, 2);
	size = memory.position;
	memory.data[size - 1] ^= 1;
	turn_round(size);
	cr_expect_eq(frame_next(&ghost, &frame), 1);
	cr_expect_eq(frame_next(&ghost, &frame), -EBADMSG);
}

Test(frame, with_more_than_its_maker_takes)
{
	const unsigned char payload[] = { 1, 0, 0, 0, 99 };
	struct frame frame = { .version = 1, .length = sizeof(payload), .payload = payload };
	uint32_t number;

	cr_expect_eq(frame_take(&frame, 1, make_number, &number, sizeof(number)), -EBADMSG);
	frame.version = 2;
	cr_expect_eq(frame_take(&frame, 1, make_number, &number, sizeof(number)), 0,
		     "a later version may have appended fields");
	cr_expect_eq(number, 1);
}

Test(frame, with_less_than_its_maker_takes)
{
	struct frame frame = { .version = 9,
			       .length = 3,
			       .payload = (const unsigned char *)"\1\2\3" };
	uint32_t number;

	cr_expect_eq(frame_take(&frame, 1, make_number, &number, sizeof(number)), -EBADMSG);
}
