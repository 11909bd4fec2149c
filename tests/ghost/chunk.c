/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An entry of the index: its form, its limits, its order. */
#include "ghost/chunk.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "ghost/medium.h"

static unsigned char bytes[CHUNK_BYTES];

static int carry(enum ghost_way way, struct chunk *chunk, size_t size)
{
	struct medium_memory memory;
	ghost_t ghost;
	int error;

	medium_memory_read(&memory, bytes, size);
	ghost_open(&ghost, way, GHOST_CHECKPOINT, &memory.medium);
	error = make_ghost_chunk(&ghost, chunk);
	cr_expect(error || memory.position == CHUNK_BYTES);
	return error;
}

static const struct chunk sample = {
	.owner = CHUNK_SHARED | 3,
	.codec = 1,
	.address = 0x7f0123456000,
	.length = CHUNK_MAX,
	.packed = 0x12345,
	.offset = 0x987654321,
	.crc = 0xcafebabe,
};

Test(chunk, comes_back_from_its_forty_bytes)
{
	struct chunk chunk = sample, back;

	cr_assert_eq(carry(GHOST_LEAVING, &chunk, sizeof(bytes)), 0);
	cr_assert_eq(carry(GHOST_ARRIVING, &back, sizeof(bytes)), 0);
	cr_expect_eq(back.owner, sample.owner);
	cr_expect_eq(back.codec, sample.codec);
	cr_expect_eq(back.address, sample.address);
	cr_expect_eq(back.length, sample.length);
	cr_expect_eq(back.packed, sample.packed);
	cr_expect_eq(back.offset, sample.offset);
	cr_expect_eq(back.crc, sample.crc);
}

Test(chunk, cut_short_is_refused)
{
	struct chunk chunk = sample;

	carry(GHOST_LEAVING, &chunk, sizeof(bytes));
	for (size_t size = 0; size < sizeof(bytes); size++)
		cr_expect_eq(carry(GHOST_ARRIVING, &chunk, size), -EBADMSG);
}

Test(chunk, has_a_limit_both_in_memory_and_in_the_file)
{
	struct chunk chunk = sample;

	chunk.length = CHUNK_MAX + 1;
	cr_expect_eq(carry(GHOST_LEAVING, &chunk, sizeof(bytes)), -EBADMSG);
	chunk = sample;
	chunk.packed = CHUNK_MAX + 1;
	cr_expect_eq(carry(GHOST_LEAVING, &chunk, sizeof(bytes)), -EBADMSG);
}

Test(chunk, order_is_owner_then_address)
{
	struct chunk low = { .owner = 1, .address = 0x9000 };
	struct chunk high = { .owner = 2, .address = 0x1000 };

	cr_expect_lt(chunk_compare(&low, &high), 0);
	cr_expect_gt(chunk_compare(&high, &low), 0);
	high = (struct chunk){ .owner = 1, .address = 0xffffffff00000000 };
	cr_expect_lt(chunk_compare(&low, &high), 0);
	cr_expect_gt(chunk_compare(&high, &low), 0);
	cr_expect_eq(chunk_compare(&low, &low), 0);
}
