/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind in the table: what was put into a ghost comes out of it, and nothing else. */
#include "ghost/kind.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ghost/kind/kinds.h"
#include "ghost/kind/lock.h"
#include "pattern.h"

/* Bytes of each record that do not travel: what the compiler puts between the
 * fields, and nothing else.  A field that its maker forgets shows here. */
static const struct {
	const struct kind *kind;
	size_t bytes;
} padding[] = {
	{ &kind_descriptor, 3 }, { &kind_eventfd, 7 }, { &kind_lock, 7 },
	{ &kind_pipe, 4 },       { &kind_process, 2 },    { &kind_unix, 4 },
	{ &kind_unix_message, 4 },
};

static size_t padding_of(const struct kind *kind)
{
	for (size_t i = 0; i < sizeof(padding) / sizeof(padding[0]); i++)
		if (padding[i].kind == kind)
			return padding[i].bytes;
	return 0;
}

static void *record_new(const struct kind *kind, enum pattern_size size, int before)
{
	void *record = malloc(kind->size);

	cr_assert(record);
	cr_assert_eq(pattern_record(kind, size, before, record), 0, "%s", kind->name);
	return record;
}

/* Lets a record arrive from `size` bytes at `data`, framed. */
static int arrive(const struct kind *kind, const void *data, size_t size, void *record)
{
	struct medium_memory memory;
	struct frame frame;
	ghost_t ghost;
	int more;

	medium_memory_read(&memory, data, size);
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
	more = frame_next(&ghost, &frame);
	if (more <= 0)
		return more ? more : -ENODATA;
	if (frame.tag != kind->tag)
		return -ENOMSG;
	return frame_take(&frame, kind->version, kind->make, record, kind->size);
}

/* The same without the frame and its checksum. */
static int arrive_bare(const struct kind *kind, uint16_t version, const unsigned char *data,
		       size_t size, void *record)
{
	const struct frame frame = { kind->tag, version, (uint32_t)size, data };

	return frame_take(&frame, kind->version, kind->make, record, kind->size);
}

typedef void (*kind_check_t)(const struct kind *kind, const void *record,
			     const unsigned char *bytes, size_t size);

/* Calls `check` for all kinds, with a small and a full record and its frame. */
static void for_all_kinds(kind_check_t check)
{
	for (int i = 0; kinds[i]; i++) {
		for (int size = PATTERN_SMALL; size <= PATTERN_FULL; size++) {
			void *record = record_new(kinds[i], (enum pattern_size)size, 0);
			struct medium_memory memory;

			cr_assert_eq(pattern_frame(kinds[i], record, &memory), 0);
			check(kinds[i], record, memory.data, memory.position);
			medium_memory_close(&memory);
			free(record);
		}
	}
}

/* How far to step so that `size` things that cost `size` each take no more than
 * some 64 MiB of work.  Odd, so that it meets every bit of a byte. */
static size_t stride(size_t size, size_t things)
{
	return (things / ((64U << 20) / size + 1)) | 1;
}

static void check_round_trip(const struct kind *kind, const void *record,
			     const unsigned char *bytes, size_t size)
{
	void *back = calloc(1, kind->size);

	cr_assert_eq(arrive(kind, bytes, size, back), 0, "%s", kind->name);
	cr_assert(!memcmp(record, back, kind->size), "%s comes back changed", kind->name);
	free(back);
}

Test(kind, every_record_comes_back_byte_for_byte)
{
	for_all_kinds(check_round_trip);
}

Test(kind, makers_take_every_field)
{
	for (int i = 0; kinds[i]; i++) {
		const struct kind *kind = kinds[i];
		unsigned char *one = record_new(kind, PATTERN_FULL, 0);
		unsigned char *other = record_new(kind, PATTERN_FULL, 0xff);
		size_t untouched = 0;

		for (size_t byte = 0; byte < kind->size; byte++)
			untouched += one[byte] != other[byte];
		cr_expect_eq(untouched, padding_of(kind), "%s: %zu bytes do not travel, not %zu",
			     kind->name, untouched, padding_of(kind));
		free(one);
		free(other);
	}
}

static void check_truncated(const struct kind *kind, const void *record, const unsigned char *bytes,
			    size_t size)
{
	size_t payload = size - FRAME_HEADER, step = stride(size, size);
	void *back = calloc(1, kind->size);

	(void)record;
	for (size_t cut = 1; cut < size; cut += cut < 512 ? 1 : step)
		if (arrive(kind, bytes, cut, back) != -EBADMSG)
			cr_assert_fail("%s is taken when cut to %zu", kind->name, cut);
	for (size_t cut = 0; cut < payload; cut += cut < 512 ? 1 : step)
		if (arrive_bare(kind, kind->version, bytes + FRAME_HEADER, cut, back) != -EBADMSG)
			cr_assert_fail("%s is made from %zu bytes", kind->name, cut);
	free(back);
}

Test(kind, truncated_records_are_refused)
{
	for_all_kinds(check_truncated);
}

static void check_flipped(const struct kind *kind, const void *record, const unsigned char *bytes,
			  size_t size)
{
	unsigned char *copy = malloc(size);
	void *back = calloc(1, kind->size);
	size_t step = stride(size, size * 8);

	(void)record;
	memcpy(copy, bytes, size);
	for (size_t bit = 0; bit < size * 8; bit += bit < 4096 ? 1 : step) {
		copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
		if (arrive(kind, copy, size, back) != -EBADMSG)
			cr_assert_fail("%s: a flip of bit %zu is not seen", kind->name, bit);
		copy[bit / 8] = bytes[bit / 8];
	}
	free(copy);
	free(back);
}

Test(kind, flipped_bits_are_seen)
{
	for_all_kinds(check_flipped);
}

/* What somebody may write who knows how to compute a checksum: any result is
 * right, but for a crash, and for a record that cannot be described. */
static void check_forged(const struct kind *kind, const void *record, const unsigned char *bytes,
			 size_t size)
{
	size_t length = size - FRAME_HEADER, step = stride(kind->size, length * 8);
	unsigned char *copy = malloc(length + 1);
	void *back = calloc(1, kind->size);
	char line[128];
	struct text text;

	(void)record;
	memcpy(copy, bytes + FRAME_HEADER, length);
	for (size_t bit = 0; bit < length * 8;
	     bit += bit < 2048 ? stride(kind->size, 2048) : step) {
		copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
		if (!arrive_bare(kind, kind->version, copy, length, back) && kind->describe) {
			text_open(&text, line, sizeof(line));
			kind->describe(back, &text);
		}
		copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	free(copy);
	free(back);
}

Test(kind, forged_records_do_no_harm)
{
	for_all_kinds(check_forged);
}

static void check_longer(const struct kind *kind, const void *record, const unsigned char *bytes,
			 size_t size)
{
	size_t length = size - FRAME_HEADER;
	unsigned char *copy = calloc(1, length + 3);
	void *back = calloc(1, kind->size);
	uint16_t newer = (uint16_t)(kind->version + 1);

	memcpy(copy, bytes + FRAME_HEADER, length);
	cr_assert_eq(arrive_bare(kind, kind->version, copy, length + 3, back), -EBADMSG);
	cr_assert_eq(arrive_bare(kind, newer, copy, length + 3, back), 0);
	cr_assert(!memcmp(record, back, kind->size), "%s", kind->name);
	free(copy);
	free(back);
}

Test(kind, only_newer_versions_may_be_longer)
{
	for_all_kinds(check_longer);
}

Test(kind, makers_refuse_records_of_another_size)
{
	for (int i = 0; kinds[i]; i++) {
		void *record = record_new(kinds[i], PATTERN_SMALL, 0);
		struct medium_memory memory;
		ghost_t ghost;

		cr_assert_eq(medium_memory_write(&memory, 4096), 0);
		ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &memory.medium);
		cr_expect_eq(kinds[i]->make(&ghost, record, kinds[i]->size - 1), -EINVAL, "%s",
			     kinds[i]->name);
		medium_memory_close(&memory);
		free(record);
	}
}

Test(kind, the_table_makes_sense)
{
	size_t largest = 0;

	for (int i = 0; kinds[i]; i++) {
		cr_expect_eq(kind_by_tag(kinds[i]->tag), kinds[i], "%s: tag used twice",
			     kinds[i]->name);
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(kinds[i]->name, kinds[j]->name);
		cr_expect(!strchr(kinds[i]->name, ' '), "\"%s\" is one word", kinds[i]->name);
		cr_expect_gt(kinds[i]->version, 0);
		cr_expect_eq(!kinds[i]->capture, !kinds[i]->revive, "%s", kinds[i]->name);
		cr_expect_eq(!kinds[i]->revive, !kinds[i]->describe, "%s", kinds[i]->name);
		if (kinds[i]->size > largest)
			largest = kinds[i]->size;
	}
	cr_expect_eq(kind_largest(), largest);
	cr_expect_null(kind_by_tag(KIND_TAG('n', 'o', 'n', 'e')));
}

Test(kind, objects_begin_with_their_id_and_flags)
{
	for (int i = 0; kinds[i]; i++) {
		struct object *object;
		unsigned char *bytes;
		struct medium_memory memory;

		if (!kinds[i]->revive)
			continue;
		object = record_new(kinds[i], PATTERN_SMALL, 0);
		*object = (struct object){ .id = 0x04030201, .flags = 0x08070605 };
		cr_assert_eq(pattern_frame(kinds[i], object, &memory), 0);
		bytes = memory.data + FRAME_HEADER;
		cr_expect(!memcmp(bytes, "\1\2\3\4\5\6\7\10", 8), "%s", kinds[i]->name);
		medium_memory_close(&memory);
		free(object);
	}
}

/* Readers index a table by these: one too many must never arrive. */
Test(kind, numbers_that_choose_have_a_limit)
{
	static const struct {
		const struct kind *kind;
		size_t at; /* in the payload */
		unsigned char largest;
	} choices[] = { { &kind_lock, 4, LOCK_TYPES - 1 } };

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const struct kind *kind = choices[i].kind;
		void *record = record_new(kind, PATTERN_SMALL, 0);
		struct medium_memory memory;
		unsigned char *payload;
		size_t length;

		cr_assert_eq(pattern_frame(kind, record, &memory), 0);
		payload = memory.data + FRAME_HEADER;
		length = memory.position - FRAME_HEADER;
		payload[choices[i].at] = choices[i].largest;
		cr_expect_eq(arrive_bare(kind, kind->version, payload, length, record), 0);
		payload[choices[i].at]++;
		cr_expect_eq(arrive_bare(kind, kind->version, payload, length, record), -EBADMSG,
			     "%s", kind->name);
		medium_memory_close(&memory);
		free(record);
	}
}

Test(kind, descriptions_stay_within_their_line)
{
	for (int i = 0; kinds[i]; i++) {
		void *record = record_new(kinds[i], PATTERN_FULL, 0);
		char line[8192];
		struct text text;

		for (size_t size = 1; kinds[i]->describe && size <= sizeof(line); size *= 2) {
			text_open(&text, line, size);
			kinds[i]->describe(record, &text);
			cr_expect_lt(text.length, size, "%s", kinds[i]->name);
			cr_expect_eq(strlen(line), text.length, "%s", kinds[i]->name);
		}
		cr_expect(!kinds[i]->describe || !text.cut, "%s", kinds[i]->name);
		free(record);
	}
}
