/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checksum: the vectors of others, and both ways of computing it agree. */
#include "ghost/crc32c.h"

#include <criterion/criterion.h>
#include <string.h>

typedef uint32_t (*crc_t)(uint32_t crc, const void *data, size_t size);

/* RFC 3720, B.4, and the check value of the catalogue of parametrised CRCs. */
static void check_vectors(crc_t crc)
{
	unsigned char bytes[32];

	cr_expect_eq(crc(0, "", 0), 0);
	cr_expect_eq(crc(0, "123456789", 9), 0xe3069283);
	memset(bytes, 0, sizeof(bytes));
	cr_expect_eq(crc(0, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	cr_expect_eq(crc(0, bytes, sizeof(bytes)), 0x62a8ab43);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	cr_expect_eq(crc(0, bytes, sizeof(bytes)), 0x46dd794e);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(31 - i);
	cr_expect_eq(crc(0, bytes, sizeof(bytes)), 0x113fdb5c);
}

Test(crc32c, known_vectors)
{
	check_vectors(crc32c);
}

Test(crc32c, known_vectors_without_the_instruction)
{
	check_vectors(crc32c_portable);
}

Test(crc32c, both_ways_agree_at_every_alignment_and_length)
{
	unsigned char bytes[512];

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 167 + i / 7);
	for (size_t from = 0; from < 16; from++)
		for (size_t size = 0; size + from <= 300; size++)
			cr_assert_eq(crc32c(0x1234, bytes + from, size),
				     crc32c_portable(0x1234, bytes + from, size),
				     "%zu bytes at %zu", size, from);
}

Test(crc32c, goes_on_where_it_stopped)
{
	const char *text = "a ghost is independent of the node that hosted it";
	size_t size = strlen(text);
	uint32_t whole = crc32c(0, text, size);

	for (size_t split = 0; split <= size; split++)
		cr_expect_eq(crc32c(crc32c(0, text, split), text + split, size - split), whole);
}

Test(crc32c, sees_every_single_bit)
{
	unsigned char page[4096] = { 1 };
	uint32_t whole = crc32c(0, page, sizeof(page));

	for (size_t bit = 0; bit < sizeof(page) * 8; bit++) {
		page[bit / 8] ^= (unsigned char)(1U << bit % 8);
		if (crc32c(0, page, sizeof(page)) == whole)
			cr_assert_fail("bit %zu", bit);
		page[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
}
