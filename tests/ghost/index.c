/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index: written, read, refused where it cannot be true, searched. */
#include "ghost/index.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ghost/crc32c.h"
#include "ghost/medium.h"

#define PAGE      4096
#define FILE_SIZE (1U << 30)

static struct chunk at(uint32_t owner, uint64_t address, uint32_t pages)
{
	return (struct chunk){
		.owner = owner,
		.codec = 1,
		.address = address,
		.length = pages * PAGE,
		.packed = 100,
		.offset = address,
		.crc = (uint32_t)address,
	};
}

/* Through a file and back.  What index_read() says. */
static int write_and_read(struct chunk *chunks, size_t count, struct chunk *back)
{
	int fd = memfd_create("index", MFD_CLOEXEC);
	unsigned char *data = malloc(count * CHUNK_BYTES + 1);
	uint32_t crc;
	int error;

	cr_assert(fd >= 0 && data);
	cr_assert_eq(index_write(fd, 123, chunks, count, &crc), 0);
	cr_assert_eq(medium_file_read_at(fd, data, count * CHUNK_BYTES, 123), 0);
	cr_assert_eq(lseek(fd, 0, SEEK_END), count ? (off_t)(123 + count * CHUNK_BYTES) : 0);
	cr_assert_eq(crc32c(0, data, count * CHUNK_BYTES), crc);
	error = index_read(data, count * CHUNK_BYTES, back, count, FILE_SIZE, PAGE);
	close(fd);
	free(data);
	return error;
}

Test(index, comes_back_sorted_whatever_its_size)
{
	static struct chunk chunks[1000], back[1000];

	for (size_t i = 0; i < 1000; i++)
		chunks[i] = at(i * 7 % 3, (i * 389 % 1000 + 1) * 2 * PAGE, 2);
	for (size_t count = 0; count <= 1000; count += count < 130 ? 1 : 290) {
		cr_assert_eq(write_and_read(chunks, count, back), 0);
		for (size_t i = 1; i < count; i++)
			cr_assert_lt(chunk_compare(&back[i - 1], &back[i]), 0);
	}
}

Test(index, entries_keep_their_fields)
{
	struct chunk chunk = at(CHUNK_SHARED | 5, 7 * PAGE, 3), back;

	cr_assert_eq(write_and_read(&chunk, 1, &back), 0);
	cr_expect_eq(back.owner, CHUNK_SHARED | 5);
	cr_expect_eq(back.codec, 1);
	cr_expect_eq(back.address, 7 * PAGE);
	cr_expect_eq(back.length, 3 * PAGE);
	cr_expect_eq(back.packed, 100);
	cr_expect_eq(back.offset, 7 * PAGE);
	cr_expect_eq(back.crc, 7 * PAGE);
}

Test(index, cut_short_is_refused)
{
	struct chunk chunks[2] = { at(0, PAGE, 1), at(0, 2 * PAGE, 1) }, back[2];
	unsigned char data[2 * CHUNK_BYTES] = { 0 };
	int fd = memfd_create("index", MFD_CLOEXEC);
	uint32_t crc;

	cr_assert_eq(index_write(fd, 0, chunks, 2, &crc), 0);
	cr_assert_eq(medium_file_read_at(fd, data, sizeof(data), 0), 0);
	close(fd);
	for (size_t size = 0; size < sizeof(data); size++)
		cr_expect_eq(index_read(data, size, back, 2, FILE_SIZE, PAGE), -EBADMSG);
}

Test(index, impossible_entries_are_refused)
{
	const struct chunk good = at(0, 16 * PAGE, 2);
	struct chunk bad[9], back;

	for (int i = 0; i < 9; i++)
		bad[i] = good;
	bad[0].length = 0;
	bad[1].length = PAGE + 1;
	bad[2].address = PAGE / 2;
	bad[3].address = -(uint64_t)PAGE;
	bad[4].packed = 0;
	bad[5].offset = FILE_SIZE - 99;
	bad[6].offset = UINT64_MAX - 50;
	bad[7].offset = FILE_SIZE;
	bad[8].address = 0xfffffffffffff001;
	for (int i = 0; i < 9; i++)
		cr_expect_eq(write_and_read(&bad[i], 1, &back), -EBADMSG, "number %d", i);
	bad[0] = good;
	bad[0].offset = FILE_SIZE - 100;
	cr_expect_eq(write_and_read(bad, 1, &back), 0);
}

Test(index, overlaps_are_refused)
{
	struct chunk back[2];
	struct chunk touching[] = { at(0, 0x3000, 1), at(0, 0x1000, 2) };
	struct chunk overlapping[] = { at(0, 0x2000, 1), at(0, 0x1000, 2) };
	struct chunk same[] = { at(0, 0x1000, 1), at(0, 0x1000, 1) };
	struct chunk of_others[] = { at(1, 0x1000, 1), at(0, 0x1000, 1) };

	cr_expect_eq(write_and_read(touching, 2, back), 0);
	cr_expect_eq(write_and_read(overlapping, 2, back), -EBADMSG);
	cr_expect_eq(write_and_read(same, 2, back), -EBADMSG);
	cr_expect_eq(write_and_read(of_others, 2, back), 0);
}

Test(index, is_not_written_with_impossible_lengths)
{
	struct chunk chunk = at(0, PAGE, 1);
	int fd = memfd_create("index", MFD_CLOEXEC);
	uint32_t crc;

	chunk.length = CHUNK_MAX + PAGE;
	cr_expect_eq(index_write(fd, 0, &chunk, 1, &crc), -EBADMSG);
	close(fd);
}

Test(index, errors_of_the_file_come_back)
{
	struct chunk chunk = at(0, PAGE, 1);
	int full = open("/dev/full", O_WRONLY);
	uint32_t crc;

	cr_expect_eq(index_write(full, 0, &chunk, 1, &crc), -ENOSPC);
	close(full);
	cr_expect_eq(index_write(-1, 0, &chunk, 1, &crc), -EBADF);
}

Test(index, finds_the_chunk_or_the_next)
{
	const struct chunk chunks[] = { at(0, 0x2000, 2), at(0, 0x8000, 1), at(2, 0x1000, 1) };

	cr_expect_eq(index_find(chunks, 3, 0, 0), 0);
	cr_expect_eq(index_find(chunks, 3, 0, 0x2000), 0);
	cr_expect_eq(index_find(chunks, 3, 0, 0x3fff), 0);
	cr_expect_eq(index_find(chunks, 3, 0, 0x4000), 1, "the first ends here");
	cr_expect_eq(index_find(chunks, 3, 0, 0x8fff), 1);
	cr_expect_eq(index_find(chunks, 3, 0, 0x9000), 2, "that of another owner");
	cr_expect_eq(index_find(chunks, 3, 1, 0), 2);
	cr_expect_eq(index_find(chunks, 3, 2, 0x2000), 3);
	cr_expect_eq(index_find(chunks, 3, UINT32_MAX, 0), 3);
	cr_expect_eq(index_find(chunks, 0, 0, 0), 0);
}
