/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files out of a ghost: which are made, how long, under which name, and what goes where. */
#include "restart/embedded.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ghost/codec.h"
#include "ghost/kind/kinds.h"
#include "tests/ghost/sample.h"

#define PAGE SAMPLE_PAGE

static char path[] = "/tmp/krgghost-test-XXXXXX";
static struct sample sample;
static struct image image;
static struct embedded embedded;
static unsigned char page[PAGE] = "content";

static void prepare(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	sample_open(&sample, fd);
	sample_fill_process(&sample);
}

static void finish(void)
{
	close(sample.fd);
	unlink(path);
}

TestSuite(embedded, .init = prepare, .fini = finish);

/* Pages of a file in memory, one region after the other. */
static void add_region(uint32_t object, uint64_t offset, uint64_t pages, const char *name,
		       uint64_t size)
{
	static uint64_t at = SAMPLE_START;
	struct region_ghost *region = calloc(1, sizeof(*region));

	region->start = at;
	region->end = at += pages * PAGE;
	region->offset = offset;
	region->type = REGION_FILE;
	region->object = object;
	region->file.size = size;
	strcpy(region->file.path, name);
	sample_record(&sample, &kind_region, region);
	free(region);
}

static void open_all(void)
{
	sample_close(&sample);
	cr_assert_eq(image_open(&image, path), 0, "%s", image.error);
	cr_assert_eq(embedded_open(&embedded, &image), 0);
}

static void make_all(void)
{
	const char *name = NULL;

	cr_assert_eq(embedded_make(&embedded, &name), 0, "%s", name);
	cr_assert_eq(embedded_map(&embedded, &name), 0, "%s", name);
}

static const char *name_of(int file)
{
	static char target[4096];
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, target, sizeof(target) - 1);
	target[length < 0 ? 0 : length] = '\0';
	return target;
}

Test(embedded, only_those_that_are_used)
{
	add_region(1, 0, 2, "/lib/one", 5000);
	add_region(1, 0x1000, 1, "/lib/one", 5000);
	add_region(2, 0, 1, "/lib/two", 4096);
	add_region(0, 0, 1, "/lib/other", 4096);
	sample_chunk(&sample, CHUNK_FILE | 1, 0x1000, CODEC_NONE, page, PAGE);
	sample_chunk(&sample, CHUNK_FILE | 2, 0, CODEC_NONE, page, PAGE);
	open_all();
	cr_assert_eq(embedded.count, 3);
	embedded.files[2].used = 1;
	make_all();
	cr_expect_null(embedded_behind(&embedded, &image.regions[0]));
	cr_expect_eq(embedded_behind(&embedded, &image.regions[2]), &embedded.files[2]);
	cr_expect_null(embedded_behind(&embedded, &image.regions[3]));
	cr_expect(embedded_spare(&embedded, &image.chunks[0]));
	cr_expect(!embedded_spare(&embedded, &image.chunks[1]));
	cr_expect_null(embedded_place(&embedded, &image.chunks[0]));
	cr_expect_eq(embedded_place(&embedded, &image.chunks[1]), embedded.files[2].window);
	embedded_release(&embedded);
}

Test(embedded, as_long_as_the_file_was)
{
	struct stat stat;
	char bytes[8];

	add_region(1, 0, 3, "/lib/one", 5000);
	sample_chunk(&sample, CHUNK_FILE | 1, 0x1000, CODEC_NONE, page, PAGE);
	open_all();
	embedded.files[1].used = 1;
	make_all();
	cr_assert_eq(fstat(embedded.files[1].file, &stat), 0);
	cr_expect_eq(stat.st_size, 5000);
	memcpy(embedded_place(&embedded, &image.chunks[0]), page, PAGE);
	cr_expect_eq(pread(embedded.files[1].file, bytes, 8, 0x1000), 8);
	cr_expect_str_eq(bytes, "content");
	cr_expect_eq(fcntl(embedded.files[1].file, F_GETFL) & O_ACCMODE, O_RDONLY,
		     "what can be written cannot be executed");
	embedded_release(&embedded);
}

/* Without a name there was no size either: all that is shown must be there. */
Test(embedded, as_long_as_it_is_shown)
{
	struct stat stat;

	add_region(1, 0, 1, "/lib/one", 0);
	add_region(1, 0x4000, 3, "/lib/one", 0);
	sample_chunk(&sample, CHUNK_FILE | 1, 0, CODEC_NONE, page, PAGE);
	open_all();
	embedded.files[1].used = 1;
	make_all();
	cr_assert_eq(fstat(embedded.files[1].file, &stat), 0);
	cr_expect_eq(stat.st_size, 0x7000);
	cr_expect_str_eq(name_of(embedded.files[1].file), REGION_EMBEDDED "/lib/one (deleted)");
	embedded_release(&embedded);
}

Test(embedded, with_a_name_that_is_too_long)
{
	char name[1000];

	memset(name, 'x', sizeof(name));
	memcpy(name, "/lib/", 5);
	strcpy(name + sizeof(name) - 10, "/base.so");
	add_region(1, 0, 1, name, 4096);
	open_all();
	embedded.files[1].used = 1;
	make_all();
	cr_expect(strstr(name_of(embedded.files[1].file), "xx/base.so (deleted)"), "%s",
		  name_of(embedded.files[1].file));
	embedded_release(&embedded);
}

Test(embedded, more_than_is_shown_is_damage)
{
	const char *name = NULL;

	add_region(1, 0, 1, "/lib/one", 4096);
	sample_chunk(&sample, CHUNK_FILE | 1, 1ULL << 40, CODEC_NONE, page, PAGE);
	sample_chunk(&sample, CHUNK_FILE | 7, 0, CODEC_NONE, page, PAGE);
	open_all();
	embedded.files[1].used = 1;
	cr_expect_eq(embedded_make(&embedded, &name), -EBADMSG);
	cr_expect_str_eq(name, "/lib/one");
	cr_expect_null(embedded_place(&embedded, &image.chunks[1]), "there is no file 7");
	cr_expect_str_eq(embedded_path(&embedded, &image.chunks[0]), "/lib/one");
	cr_expect_str_eq(embedded_path(&embedded, &image.chunks[1]), "");
}
