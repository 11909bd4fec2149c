/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost file: the whole one is read, any other is refused with one line that says why. */
#include "ghost/image.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ghost/codec.h"
#include "ghost/kind/kinds.h"
#include "sample.h"

static char directory[] = "/tmp/krgghost-test-XXXXXX", path[64];
static struct sample sample;
static struct image image;

static void prepare(void)
{
	int fd;

	cr_assert_not_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/sample.ghost", directory);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0);
	sample_open(&sample, fd);
}

static void finish(void)
{
	close(sample.fd);
	unlink(path);
	rmdir(directory);
}

TestSuite(image, .init = prepare, .fini = finish);

/* The file must be refused so, with one line that begins with its name. */
static void check_refused(int error, const char *why)
{
	int got = image_open(&image, path);

	cr_assert_eq(got, error, "%d instead of %d: %s", got, error, image.error);
	cr_expect(!strncmp(image.error, path, strlen(path)), "%s", image.error);
	cr_expect(strstr(image.error, why), "\"%s\" without \"%s\"", image.error, why);
	cr_expect(!strchr(image.error, '\n'));
}

static void flip(uint64_t bit)
{
	unsigned char byte;

	cr_assert_eq(pread(sample.fd, &byte, 1, (off_t)(bit / 8)), 1);
	byte ^= (unsigned char)(1U << bit % 8);
	cr_assert_eq(pwrite(sample.fd, &byte, 1, (off_t)(bit / 8)), 1);
}

static int read_chunk(size_t number, unsigned char *out)
{
	void *workspace = malloc(CODEC_WORKSPACE), *packed = malloc(CHUNK_MAX);
	int error = image_read_chunk(&image, &image.chunks[number], workspace, packed, out);

	free(workspace);
	free(packed);
	return error;
}

Test(image, whole_is_read)
{
	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	cr_expect_str_eq(image.process->program.path, "/usr/bin/sample");
	cr_expect_eq(image.thread_count, 1);
	cr_expect_eq(image.threads[0].tid, 4711);
	cr_expect_eq(image.region_count, 5);
	cr_expect_eq(image.regions[0].start, SAMPLE_START);
	cr_expect_eq(image.guard_count, 1);
	cr_assert_not_null(image.clock);
	cr_expect_str_eq(image.clock->boot, "a-boot");
	cr_expect_eq(image.clock->boottime, 4712);
	cr_expect_eq(image.lock_count, 1);
	cr_expect_eq(image.registration_count, 1);
	cr_expect_eq(image.registrations[0].fd, 12);
	cr_expect_eq(image.shared_count, 1);
	cr_expect_eq(image.shared[0].kind, &kind_pipe);
	cr_expect(!memcmp(((struct pipe_ghost *)image.shared[0].record)->queued, "queue", 6));
	cr_expect_eq(image.chunk_count, 4);
	cr_expect_eq(image.header.entry, 0x7000001000);
	cr_expect_eq(image.descriptor_count, image.object_count);
	for (size_t i = 0; i < image.descriptor_count; i++)
		cr_expect_not_null(image_find_object(&image, image.descriptors[i].object));
	cr_expect_null(image_find_object(&image, 99));
	image_close(&image);
}

Test(image, pages_come_back)
{
	unsigned char memory[2 * SAMPLE_PAGE], back[2 * SAMPLE_PAGE];

	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (unsigned char)(i / 100);
	sample_fill_process(&sample);
	sample_chunk(&sample, 0, 0x1000, CODEC_ZLIB, memory, sizeof(memory));
	sample_chunk(&sample, 0, 0x5000, CODEC_NONE, memory, sizeof(memory));
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	for (size_t i = 0; i < 2; i++) {
		memset(back, 0, sizeof(back));
		cr_expect_eq(read_chunk(i, back), 0);
		cr_expect(!memcmp(memory, back, sizeof(memory)));
	}
	cr_expect_eq(image.chunks[1].offset % SAMPLE_PAGE, 0);
	image_close(&image);
}

Test(image, closed_again_does_no_harm)
{
	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0);
	image_close(&image);
	image_close(&image);
	flip(0);
	cr_assert_lt(image_open(&image, path), 0);
	image_close(&image);
}

Test(image, leaves_no_descriptor_open)
{
	int before = dup(0), after;

	close(before);
	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0);
	image_close(&image);
	flip(sample.trailer.records_offset * 8);
	check_refused(-EBADMSG, "record");
	after = dup(0);
	cr_expect_eq(after, before);
	close(after);
}

Test(image, truncated_anywhere_is_refused)
{
	uint64_t size;

	sample_fill(&sample);
	sample_close(&sample);
	size = sample.trailer.file_size;
	for (uint64_t cut = 1; cut <= size;
	     cut += cut < 2 * TRAILER_SIZE || cut > size - 300 ? 1 : 29) {
		cr_assert_eq(ftruncate(sample.fd, (off_t)(size - cut)), 0);
		cr_assert_lt(image_open(&image, path), 0, "%zu bytes less", (size_t)cut);
		cr_assert(image.error[0]);
	}
}

Test(image, longer_than_it_says_is_refused)
{
	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(ftruncate(sample.fd, (off_t)sample.trailer.file_size + 1), 0);
	check_refused(-EBADMSG, "the end is missing");
}

static void check_flips(uint64_t from, uint64_t size, uint64_t step)
{
	for (uint64_t bit = from * 8; bit < (from + size) * 8; bit += step) {
		flip(bit);
		if (!image_open(&image, path))
			cr_assert_fail("bit %zu", (size_t)bit);
		flip(bit);
	}
}

Test(image, flipped_bits_are_seen_everywhere)
{
	const struct trailer *trailer = &sample.trailer;

	sample_fill(&sample);
	sample_close(&sample);
	check_flips(0, HEADER_SIZE, 7);
	check_flips(trailer->records_offset, trailer->records_size, 3);
	check_flips(trailer->index_offset, trailer->index_count * CHUNK_BYTES, 1);
	check_flips(trailer->file_size - TRAILER_SIZE, TRAILER_SIZE, 1);
	cr_assert_eq(image_open(&image, path), 0, "all have been flipped back");
	image_close(&image);
}

Test(image, flipped_bits_of_pages_are_seen)
{
	unsigned char *out = malloc(CHUNK_MAX);

	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	for (size_t i = 0; i < image.chunk_count; i++) {
		const struct chunk *chunk = &image.chunks[i];

		for (uint64_t bit = 0; bit < chunk->packed * 8; bit += 13) {
			flip(chunk->offset * 8 + bit);
			cr_assert_eq(read_chunk(i, out), -EBADMSG, "chunk %zu", i);
			flip(chunk->offset * 8 + bit);
		}
		cr_assert_eq(read_chunk(i, out), 0);
	}
	image_close(&image);
	free(out);
}

Test(image, raw_chunks_are_as_long_as_their_memory)
{
	unsigned char page[SAMPLE_PAGE] = { 1 };

	sample_fill_process(&sample);
	sample_chunk(&sample, 0, 0x1000, CODEC_NONE, page, sizeof(page));
	sample.chunks[0].length *= 2;
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0);
	cr_expect_eq(read_chunk(0, (unsigned char[2 * SAMPLE_PAGE]){ 0 }), -EBADMSG);
	image_close(&image);
}

Test(image, packed_by_the_future_cannot_be_unpacked)
{
	unsigned char page[SAMPLE_PAGE] = { 1 };

	sample_fill_process(&sample);
	sample_chunk(&sample, 0, 0x1000, CODEC_NONE, page, sizeof(page));
	sample.chunks[0].codec = 77;
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0);
	cr_expect_eq(read_chunk(0, page), -ENOSYS);
	image_close(&image);
}

Test(image, file_that_vanishes_under_the_reader_is_damage)
{
	sample_fill(&sample);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0);
	cr_assert_eq(ftruncate(sample.fd, HEADER_SIZE), 0);
	cr_expect_eq(read_chunk(0, (unsigned char[3 * SAMPLE_PAGE]){ 0 }), -EBADMSG);
	image_close(&image);
}

Test(image, belongs_to_the_caller_alone)
{
	sample_fill_process(&sample);
	sample_close(&sample);
	for (unsigned int i = 0; i < 4; i++) {
		static const mode_t modes[] = { 0600, 0644, 0620, 0602 };

		cr_assert_eq(fchmod(sample.fd, modes[i]), 0);
		cr_assert_eq(image_open(&image, path), 0);
		cr_expect_eq(image_trusted(&image), i < 2 ? 0 : -EPERM, "%03o", modes[i]);
		cr_expect_eq(!image.error[0], i < 2);
		image.stat.st_uid++;
		cr_expect_eq(image_trusted(&image), -EPERM);
		image_close(&image);
	}
}
