/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ghost file, however broken, read to its end. */
#include "image.h"

/* make check runs this with driver.c: the same few thousand files each time, in
 * seconds.  To search for hours, with clang and libFuzzer, from the top:
 *
 *	mkdir -p fuzz/corpus && build/tests/fuzz/image --write fuzz/corpus/sample
 *	clang -g -O1 -D_GNU_SOURCE -I. -Ibuild -fsanitize=fuzzer,address,undefined \
 *		-o fuzz/image tests/fuzz/image.c tests/fuzz/reseal.c \
 *		$(find ghost -name '*.[cS]') -ldl
 *	fuzz/image -max_len=65536 -rss_limit_mb=4096 fuzz/corpus
 *
 * A file that it finds is run again by giving its name to either program. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ghost/codec.h"
#include "ghost/image.h"
#include "reseal.h"

#define CHUNKS_READ 64

struct fuzz_reached fuzz_reached;

static struct {
	int fd;
	char path[64];
	unsigned char *workspace, *packed, *out;
} place;

static void must(int condition)
{
	if (!condition)
		abort();
}

static void place_open(void)
{
	if (place.out)
		return;
	place.fd = memfd_create("fuzz", MFD_CLOEXEC);
	must(place.fd >= 0);
	snprintf(place.path, sizeof(place.path), "/proc/self/fd/%d", place.fd);
	place.workspace = malloc(CODEC_WORKSPACE);
	place.packed = malloc(CHUNK_MAX);
	place.out = malloc(CHUNK_MAX);
	must(place.workspace && place.packed && place.out);
	must(!codec_load(CODEC_ZLIB));
}

static void read_pages(const struct image *image)
{
	for (size_t i = 0; i < image->chunk_count && i < CHUNKS_READ; i++) {
		if (image_read_chunk(image, &image->chunks[i], place.workspace, place.packed,
				     place.out))
			fuzz_reached.damaged_pages++;
		else
			fuzz_reached.pages++;
	}
}

static void describe(const struct image *image)
{
	for (size_t i = 0; i < image->descriptor_count; i++) {
		const struct image_object *object =
			image_find_object(image, image->descriptors[i].object);
		char line[256];
		struct text text;

		text_open(&text, line, sizeof(line));
		object->kind->describe(object->record, &text);
		must(strlen(line) == text.length);
		fuzz_reached.descriptions++;
	}
}

static void read_file(const uint8_t *data, size_t size)
{
	struct image image;

	must(!ftruncate(place.fd, 0));
	must(pwrite(place.fd, data, size, 0) == (ssize_t)size);
	if (image_open(&image, place.path)) {
		must(image.error[0]);
		fuzz_reached.refused++;
		return;
	}
	fuzz_reached.opened++;
	image_trusted(&image);
	read_pages(&image);
	describe(&image);
	image_close(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	must(copy != NULL);
	place_open();
	read_file(data, size);
	memcpy(copy, data, size);
	reseal(copy, size);
	read_file(copy, size);
	free(copy);
	return 0;
}
