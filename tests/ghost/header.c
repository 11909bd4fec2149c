/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* First page and trailer: both come back, and nothing else is taken for them. */
#include "ghost/header.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct header sample_header(void)
{
	struct header header = {
		.format = HEADER_FORMAT,
		.machine = MACHINE_X86_64,
		.page_size = 4096,
		.cpu = { .xcr0 = 7, .xsave_size = 832 },
		.anchor = 0x7f1234567000,
		.entry = 0x7f1234568010,
	};

	for (uint32_t i = 0; i < MACHINE_WORDS; i++)
		header.cpu.features[i] = 0x01010101 * (i + 1);
	for (uint32_t i = 0; i < MACHINE_XSTATES; i++)
		header.cpu.xsave_offset[i] = 64 * i;
	return header;
}

static const struct trailer sample_trailer = {
	.records_offset = 0x1000,
	.records_size = 0x2000,
	.index_offset = 0x3000,
	.index_count = 0x40,
	.index_crc = 0xdeadbeef,
	.file_size = 0x123456789,
};

Test(header, comes_back)
{
	unsigned char page[HEADER_SIZE];
	struct header header = sample_header(), back;

	memset(&back, 0, sizeof(back));
	cr_assert_eq(header_pack(&header, page), 0);
	cr_assert_eq(header_unpack(&back, page), 0);
	cr_expect_eq(back.format, header.format);
	cr_expect_eq(back.machine, header.machine);
	cr_expect_eq(back.page_size, header.page_size);
	cr_expect(!memcmp(&back.cpu, &header.cpu, sizeof(back.cpu)));
	cr_expect_eq(back.anchor, header.anchor);
	cr_expect_eq(back.entry, header.entry);
}

/* file(1) and people recognise a ghost by these; they never change. */
Test(header, begins_with_its_magic)
{
	unsigned char page[HEADER_SIZE];
	struct header header = sample_header();

	header_pack(&header, page);
	cr_expect(!memcmp(page, "KRG\x89\r\n\x1a\n\1\0\0\0\x3e\0\0\0\0\x10\0\0", 20));
}

Test(header, flipped_bits_are_seen_in_the_whole_page)
{
	unsigned char page[HEADER_SIZE];
	struct header header = sample_header();

	header_pack(&header, page);
	for (size_t bit = 0; bit < HEADER_SIZE * 8; bit++) {
		int expected = bit < 64 ? -ENOEXEC : -EBADMSG;

		page[bit / 8] ^= (unsigned char)(1U << bit % 8);
		if (header_unpack(&header, page) != expected)
			cr_assert_fail("bit %zu", bit);
		page[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
}

Test(header, of_another_format_is_told_from_damage)
{
	unsigned char page[HEADER_SIZE];
	struct header header = sample_header(), back;

	header.format = HEADER_FORMAT + 1;
	header_pack(&header, page);
	cr_expect_eq(header_unpack(&back, page), -EPROTONOSUPPORT);
	cr_expect_eq(back.format, HEADER_FORMAT + 1, "for the message");
}

Test(header, of_something_else)
{
	unsigned char page[HEADER_SIZE] = "\177ELF";
	struct header header;

	cr_expect_eq(header_unpack(&header, page), -ENOEXEC);
	memset(page, 0, sizeof(page));
	cr_expect_eq(header_unpack(&header, page), -ENOEXEC);
}

Test(trailer, comes_back)
{
	unsigned char bytes[TRAILER_SIZE];
	struct trailer back;

	memset(&back, 0, sizeof(back));
	cr_assert_eq(trailer_pack(&sample_trailer, bytes), 0);
	cr_assert_eq(trailer_unpack(&back, bytes), 0);
	cr_expect_eq(back.records_offset, sample_trailer.records_offset);
	cr_expect_eq(back.records_size, sample_trailer.records_size);
	cr_expect_eq(back.index_offset, sample_trailer.index_offset);
	cr_expect_eq(back.index_count, sample_trailer.index_count);
	cr_expect_eq(back.index_crc, sample_trailer.index_crc);
	cr_expect_eq(back.file_size, sample_trailer.file_size);
}

Test(trailer, flipped_bits_are_seen)
{
	unsigned char bytes[TRAILER_SIZE];
	struct trailer trailer;

	trailer_pack(&sample_trailer, bytes);
	for (size_t bit = 0; bit < TRAILER_SIZE * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
		cr_expect_lt(trailer_unpack(&trailer, bytes), 0, "bit %zu", bit);
		bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
}
