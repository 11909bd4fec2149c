/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are no ghost, and ghosts with right checksums that nobody can have made. */
#include "ghost/image.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ghost/codec.h"
#include "ghost/kind/kinds.h"
#include "ghost/scalar.h"
#include "sample.h"

static char path[64];
static struct sample sample;
static struct image image;

static void prepare(void)
{
	int fd = memfd_create("sample", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	sample_open(&sample, fd);
}

static void finish(void)
{
	close(sample.fd);
}

TestSuite(image_foreign, .init = prepare, .fini = finish);
TestSuite(image_forged, .init = prepare, .fini = finish);

static void check_refused(const char *file, int error, const char *why)
{
	int got = image_open(&image, file);

	cr_assert_eq(got, error, "%d instead of %d: %s", got, error, image.error);
	cr_expect(strstr(image.error, why), "\"%s\" without \"%s\"", image.error, why);
	cr_expect(!strncmp(image.error, file, strlen(file)), "%s", image.error);
	cr_expect_lt(image.fd, 0);
}

/* A new sample, because the one before has been closed. */
static void begin(void)
{
	int fd = sample.fd;

	cr_assert_eq(ftruncate(fd, 0), 0);
	sample_open(&sample, fd);
	sample_fill_process(&sample);
}

static void close_and_check(int error, const char *why)
{
	sample_close(&sample);
	check_refused(path, error, why);
}

Test(image_foreign, files_are_no_ghosts)
{
	char zeros[8192] = "";

	check_refused(path, -ENOEXEC, "too short");
	check_refused("/proc/self/exe", -ENOEXEC, "not a ghost");
	check_refused("/tmp", -ENOEXEC, "not a regular file");
	check_refused("/dev/zero", -ENOEXEC, "not a regular file");
	check_refused("/no/such/file", -ENOENT, "No such file");
	cr_assert_eq(pwrite(sample.fd, zeros, sizeof(zeros), 0), sizeof(zeros));
	check_refused(path, -ENOEXEC, "not a ghost");
}

Test(image_foreign, fifos_are_not_waited_for, .timeout = 5)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	check_refused(path, -ENOEXEC, "not a regular file");
}

Test(image_foreign, machines_and_formats)
{
	sample_fill(&sample);
	sample_close(&sample);
	sample.header.machine = 183;
	sample_seal(&sample);
	check_refused(path, -ENOEXEC, "another kind of machine");
	sample.header.machine = MACHINE_X86_64;
	sample.header.page_size = 16384;
	sample_seal(&sample);
	check_refused(path, -ENOEXEC, "16384");
	sample.header.format = HEADER_FORMAT + 1;
	sample_seal(&sample);
	check_refused(path, -EPROTONOSUPPORT, "format 2");
}

Test(image_forged, extents_must_lie_in_the_file)
{
	static const uint64_t wild[] = { 1,          1ULL << 20,      1ULL << 40,
					 1ULL << 61, UINT64_MAX - 39, UINT64_MAX / 40 + 2,
					 UINT64_MAX };
	struct trailer good;

	sample_fill(&sample);
	sample_close(&sample);
	good = sample.trailer;
	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		uint64_t *fields[] = { &sample.trailer.records_offset, &sample.trailer.records_size,
				       &sample.trailer.index_offset, &sample.trailer.index_count,
				       &sample.trailer.file_size };

		for (size_t field = 0; field < 5; field++) {
			sample.trailer = good;
			*fields[field] = wild[i];
			sample_seal(&sample);
			check_refused(path, -EBADMSG, "damaged");
		}
	}
	sample.trailer = good;
	sample_seal(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	image_close(&image);
}

Test(image_forged, the_index_has_its_checksum)
{
	sample_fill(&sample);
	sample_close(&sample);
	sample.trailer.index_crc ^= 1;
	sample_seal(&sample);
	check_refused(path, -EBADMSG, "index");
}

Test(image_forged, chunks_must_not_overlap)
{
	unsigned char pages[2 * SAMPLE_PAGE] = { 1 };

	begin();
	sample_chunk(&sample, 0, 0x1000, CODEC_NONE, pages, sizeof(pages));
	sample_chunk(&sample, 0, 0x2000, CODEC_NONE, pages, SAMPLE_PAGE);
	close_and_check(-EBADMSG, "index");
}

Test(image_forged, there_is_one_process_and_a_thread)
{
	struct thread_ghost thread = { .tid = 1 };

	close_and_check(-EBADMSG, "no process");
	begin();
	sample_fill_process(&sample);
	close_and_check(-EBADMSG, "a record");
	cr_assert_eq(ftruncate(sample.fd, 0), 0);
	sample_open(&sample, sample.fd);
	sample_record(&sample, &kind_thread, &thread);
	close_and_check(-EBADMSG, "no process");
}

static void add_region(uint64_t start, uint64_t end, uint64_t offset, uint32_t type)
{
	struct region_ghost *region = calloc(1, sizeof(*region));

	region->start = start;
	region->end = end;
	region->offset = offset;
	region->type = type;
	sample_record(&sample, &kind_region, region);
	free(region);
}

Test(image_forged, regions_must_be_possible)
{
	static const struct {
		uint64_t start, end, offset;
		uint32_t type;
	} impossible[] = {
		{ 0x1000, 0x1000, 0, 0 }, /* nothing */
		{ 0x2000, 0x1000, 0, 0 }, /* backwards */
		{ 0x1001, 0x2000, 0, 0 }, /* not of pages */
		{ 0x1000, 0x1fff, 0, 0 },
		{ 0x1000, 0x2000, 1, 0 },
		{ 0x1000, 0x2000, 0, REGION_TYPES },
		{ 0x1000, (1ULL << 56) + 0x1000, 0, 0 }, /* no address of a program */
		{ 0x8000, 0xa000, 0, 0 }, /* over the one at 0x9000 */
		{ 0x9000, 0xa000, 0, 0 },
		{ 0x9800, 0xb000, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		begin();
		add_region(0x9000, 0xa000, 0, 0);
		add_region(impossible[i].start, impossible[i].end, impossible[i].offset,
			   impossible[i].type);
		close_and_check(-EBADMSG, "impossible region");
	}
}

Test(image_forged, regions_are_sorted)
{
	begin();
	add_region(0x9000, 0xa000, 0, 0);
	add_region(0x1000, 0x9000, 0, REGION_FILE);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	cr_expect_eq(image.regions[0].start, 0x1000);
	cr_expect_eq(image.regions[1].start, 0x9000);
	image_close(&image);
}

Test(image_forged, descriptors_refer_to_objects)
{
	struct descriptor_ghost descriptor = { .fd = 3, .object = 9 };

	begin();
	sample_record(&sample, &kind_descriptor, &descriptor);
	close_and_check(-EBADMSG, "impossible descriptor");
}

Test(image_forged, registrations_refer_to_an_epoll_instance_and_a_target)
{
	static const struct registration_ghost impossible[] = {
		{ .epoll = 9, .target = 8, .fd = 3 },
		{ .epoll = 8, .target = 9, .fd = 3 },
		{ .epoll = 8, .target = 8, .fd = 3 },
		{ .epoll = 7, .target = 8, .fd = (1U << 30) + 1 },
	};
	struct object epoll = { .id = 7 };
	unsigned char event[64] = { 8 };

	cr_assert_leq(kind_eventfd.size, sizeof(event));
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		struct registration_ghost registration = impossible[i];

		begin();
		sample_record(&sample, &kind_epoll, &epoll);
		sample_record(&sample, &kind_eventfd, event);
		sample_record(&sample, &kind_registration, &registration);
		close_and_check(-EBADMSG, "impossible descriptor");
	}
}

static int make_future(ghost_t *ghost, void *record, size_t size)
{
	uint64_t field = size;

	(void)record;
	return ghost_u64(ghost, &field);
}

static int make_longer_thread(ghost_t *ghost, void *record, size_t size)
{
	uint32_t field = 5;

	kind_thread.make(ghost, record, size);
	return ghost_u32(ghost, &field);
}

Test(image_forged, records_of_the_future_are_skipped_or_taken_as_far_as_known)
{
	const struct kind unknown = { .tag = KIND_TAG('N', 'E', 'W', '!'),
				      .version = 1,
				      .make = make_future };
	struct kind newer = kind_thread;
	struct thread_ghost thread = { .tid = 4712 };

	newer.version++;
	newer.make = make_longer_thread;
	begin();
	sample_record(&sample, &unknown, NULL);
	sample_record(&sample, &newer, &thread);
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	cr_expect_eq(image.thread_count, 2);
	cr_expect_eq(image.threads[1].tid, 4712);
	image_close(&image);
	begin();
	newer.version--;
	sample_record(&sample, &newer, &thread);
	close_and_check(-EBADMSG, "a record");
}
