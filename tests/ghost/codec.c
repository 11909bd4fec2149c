/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Codecs: every engine reads what every other wrote, within the room it was given. */
#include "ghost/codec.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ghost/chunk.h"
#include "ghost/codec/engine.h"

#define GUARD 64 /* bytes behind each buffer that nobody may write */
#define SIZE  (256U << 10)

static unsigned char *workspace, *in, *packed, *out;

static unsigned char *guarded(size_t size)
{
	unsigned char *block = malloc(size + GUARD);

	cr_assert(block);
	memset(block + size, 0xa5, GUARD);
	return block;
}

static void check_guard(const unsigned char *block, size_t size)
{
	for (size_t i = size; i < size + GUARD; i++)
		cr_assert_eq(block[i], 0xa5, "written %zu bytes behind the end", i - size);
}

/* Like the memory of a program: small numbers, repetitions, some noise. */
static void fill_memory(void)
{
	uint32_t state = 1;

	for (size_t i = 0; i < SIZE; i++) {
		state = state * 1664525 + 1013904223;
		in[i] = (unsigned char)(i % 64 < 48 ? i / 256 : state >> 28);
	}
}

static void fill_noise(void)
{
	uint64_t state = 88172645463325252;

	for (size_t i = 0; i < CHUNK_MAX; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		in[i] = (unsigned char)(state >> 24);
	}
}

static void prepare(void)
{
	workspace = guarded(CODEC_WORKSPACE);
	in = guarded(CHUNK_MAX);
	packed = guarded(CHUNK_MAX);
	out = guarded(CHUNK_MAX);
	cr_assert_eq(codec_load(CODEC_ZLIB), 0);
	fill_memory();
}

static void finish(void)
{
	check_guard(workspace, CODEC_WORKSPACE);
	check_guard(in, CHUNK_MAX);
	check_guard(packed, CHUNK_MAX);
	check_guard(out, CHUNK_MAX);
	free(workspace);
	free(in);
	free(packed);
	free(out);
}

TestSuite(codec, .init = prepare, .fini = finish);

static void check_round_trip(const struct engine *packer, int level, const struct engine *unpacker)
{
	long size = packer->pack(workspace, level, in, SIZE, packed, SIZE);

	cr_assert(size > 0 && size < SIZE / 2, "%s, level %d: %ld", packer->name, level, size);
	memset(out, 0xee, SIZE);
	cr_assert_eq(unpacker->unpack(workspace, packed, (size_t)size, out, SIZE), 0,
		     "%s does not read %s", unpacker->name, packer->name);
	cr_assert(!memcmp(in, out, SIZE), "%s does not read %s", unpacker->name, packer->name);
}

Test(codec, has_names)
{
	cr_expect_eq(codec_find("zlib"), CODEC_ZLIB);
	cr_expect_eq(codec_find("none"), CODEC_NONE);
	cr_expect_eq(codec_find("zlibb"), -ENOENT);
	cr_expect_eq(codec_find(""), -ENOENT);
	cr_expect_str_eq(codec_name(CODEC_ZLIB), "zlib");
	cr_expect_str_eq(codec_name(CODEC_NONE), "none");
	cr_expect_null(codec_name(99));
}

Test(codec, loads_again_and_again)
{
	cr_expect_eq(codec_load(CODEC_ZLIB), 0);
	cr_expect_eq(codec_load(CODEC_NONE), 0);
	cr_expect_eq(codec_load(99), -ENOSYS);
}

Test(codec, comes_back_at_every_level)
{
	static const int levels[] = { 1, 3, 6, 9 };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		long size = codec_pack(CODEC_ZLIB, levels[i], workspace, in, SIZE, packed, SIZE);

		cr_assert(size > 0 && size < SIZE / 2);
		cr_assert_eq(codec_unpack(CODEC_ZLIB, workspace, packed, (size_t)size, out, SIZE),
			     0);
		cr_assert(!memcmp(in, out, SIZE));
		check_round_trip(&engine_zlib, levels[i], &engine_zlib);
	}
	cr_expect_str_eq(codec_engine(CODEC_ZLIB, 6), "zlib");
	cr_expect_str_eq(codec_engine(CODEC_ZLIB, 9), "zlib");
}

Test(codec, engines_read_each_other)
{
	if (strcmp(codec_engine(CODEC_ZLIB, 1), "isal"))
		cr_skip("no ISA-L here");
	for (int level = 1; level <= engine_isal.max_level; level++) {
		check_round_trip(&engine_isal, level, &engine_isal);
		check_round_trip(&engine_isal, level, &engine_zlib);
	}
	for (int level = 1; level <= engine_zlib.max_level; level++)
		check_round_trip(&engine_zlib, level, &engine_isal);
}

Test(codec, pages_of_zeros_become_next_to_nothing)
{
	long size;

	memset(in, 0, CHUNK_MAX);
	size = codec_pack(CODEC_ZLIB, 1, workspace, in, CHUNK_MAX, packed, CHUNK_MAX);
	cr_assert(size > 0 && size < CHUNK_MAX / 100, "%ld", size);
	memset(out, 1, CHUNK_MAX);
	cr_assert_eq(codec_unpack(CODEC_ZLIB, workspace, packed, (size_t)size, out, CHUNK_MAX), 0);
	cr_expect(!memcmp(in, out, CHUNK_MAX));
}

Test(codec, noise_does_not_fit_and_writes_nothing_behind_its_room)
{
	static const size_t rooms[] = { 1, 2, 64, 4096, CHUNK_MAX / 2, CHUNK_MAX - 1, CHUNK_MAX };
	static const int levels[] = { 1, 3, 6, 9 };

	fill_noise();
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < sizeof(rooms) / sizeof(rooms[0]); j++) {
			memset(packed, 0xa5, CHUNK_MAX);
			cr_assert_eq(codec_pack(CODEC_ZLIB, levels[i], workspace, in, CHUNK_MAX,
						packed, rooms[j]),
				     -ENOSPC, "level %d, %zu bytes", levels[i], rooms[j]);
			for (size_t k = rooms[j]; k < CHUNK_MAX; k++)
				if (packed[k] != 0xa5)
					cr_assert_fail("level %d, %zu bytes", levels[i], rooms[j]);
		}
	}
}

Test(codec, compressible_memory_does_not_fit_either_where_there_is_no_room)
{
	for (int level = 1; level <= 9; level++) {
		long size = codec_pack(CODEC_ZLIB, level, workspace, in, SIZE, packed, SIZE);

		cr_assert_gt(size, 0);
		for (size_t room = 1; room < (size_t)size; room = room * 3 + 1)
			cr_expect_eq(codec_pack(CODEC_ZLIB, level, workspace, in, SIZE, packed,
						room),
				     -ENOSPC);
	}
}

/* Calls `check` for each engine that is there. */
static void for_all_engines(void (*check)(const struct engine *engine))
{
	check(&engine_zlib);
	if (!strcmp(codec_engine(CODEC_ZLIB, 1), "isal"))
		check(&engine_isal);
}

static void check_size(const struct engine *engine)
{
	static const long off[] = { -4096, -1, 1, 4096 };
	long size = engine->pack(workspace, 1, in, SIZE, packed, SIZE);

	cr_assert_gt(size, 0);
	for (size_t i = 0; i < 4; i++)
		cr_expect_eq(engine->unpack(workspace, packed, (size_t)size, out,
					    (size_t)((long)SIZE + off[i])),
			     -EBADMSG, "%s, %+ld", engine->name, off[i]);
	packed[size] = 0;
	cr_expect_eq(engine->unpack(workspace, packed, (size_t)size + 1, out, SIZE), -EBADMSG,
		     "%s takes a byte behind the stream", engine->name);
}

Test(codec, unpacks_only_all_of_it_to_the_right_size)
{
	for_all_engines(check_size);
}

/* How many of the flipped bits go unnoticed. */
static int count_unnoticed(const struct engine *engine, size_t length, size_t size)
{
	int unnoticed = 0;

	for (size_t bit = 0; bit < length * 8; bit++) {
		packed[bit / 8] ^= (unsigned char)(1U << bit % 8);
		unnoticed += !engine->unpack(workspace, packed, length, out, size);
		packed[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	return unnoticed;
}

/* A match may lie at another distance too, and Adler-32 is weak (bit 12937 here
 * moves three bytes about and keeps it): one flip in a thousand passes.  That is
 * why a chunk has a CRC32C of its own; image.c proves that it helps. */
static void check_damage(const struct engine *engine)
{
	const size_t size = 16384;
	long length = engine_zlib.pack(workspace, 6, in, size, packed, size);

	cr_assert_gt(length, 0);
	for (size_t cut = 0; cut < (size_t)length; cut += cut < 64 ? 1 : 37)
		cr_assert_lt(engine->unpack(workspace, packed, cut, out, size), 0, "%s, cut to %zu",
			     engine->name, cut);
	cr_assert_lt(count_unnoticed(engine, (size_t)length, size), length * 8 / 500, "%s",
		     engine->name);
}

Test(codec, damage_does_no_harm)
{
	for_all_engines(check_damage);
}

Test(codec, none_copies)
{
	cr_expect_eq(codec_unpack(CODEC_NONE, workspace, in, SIZE, out, SIZE), 0);
	cr_expect(!memcmp(in, out, SIZE));
	cr_expect_eq(codec_unpack(CODEC_NONE, workspace, in, SIZE - 1, out, SIZE), -EBADMSG);
	cr_expect_eq(codec_unpack(CODEC_NONE, workspace, in, SIZE + 1, out, SIZE), -EBADMSG);
	cr_expect_eq(codec_pack(CODEC_NONE, 1, workspace, in, SIZE, packed, SIZE), -ENOSPC,
		     "raw is what does not shrink");
	cr_expect_str_eq(codec_engine(CODEC_NONE, 1), "none");
}

Test(codec, unknown_ones_are_not_unpacked)
{
	cr_expect_eq(codec_unpack(99, workspace, in, SIZE, out, SIZE), -ENOSYS);
	cr_expect_eq(codec_pack(99, 1, workspace, in, SIZE, packed, SIZE), -ENOSPC);
}

/* In a test of its own, because what is loaded stays. */
Test(codec_not_loaded, packs_and_unpacks_nothing)
{
	unsigned char byte = 0;

	cr_expect_eq(codec_pack(CODEC_ZLIB, 1, &byte, &byte, 1, &byte, 1), -ENOSPC);
	cr_expect_eq(codec_unpack(CODEC_ZLIB, &byte, &byte, 1, &byte, 1), -ENOSYS);
	cr_expect_str_eq(codec_engine(CODEC_ZLIB, 1), "none");
}
