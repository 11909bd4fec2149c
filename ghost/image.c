/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost file opened for reading: checked, and its records in memory. */
#include "image.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec.h"
#include "crc32c.h"
#include "frame.h"
#include "image_sense.h"
#include "index.h"
#include "kind/kinds.h"
#include "sys.h"

#define RECORDS_MAX (1ULL << 32)

__attribute__((format(printf, 3, 4))) static int fail(struct image *image, int error,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(image->error, sizeof(image->error), format, arguments);
	va_end(arguments);
	return error;
}

/* A growing array of records of one type. */
static void *append(void **array, size_t *count, size_t size)
{
	void *larger = *array;
	char *place;

	if (!(*count & (*count - 1))) {
		larger = realloc(*array, (*count ? *count * 2 : 1) * size);
		if (!larger)
			return NULL;
		*array = larger;
	}
	place = (char *)larger + (*count)++ * size;
	memset(place, 0, size);
	return place;
}

static int read_header(struct image *image, const char *path)
{
	unsigned char page[HEADER_SIZE], tail[TRAILER_SIZE];
	uint64_t size = (uint64_t)image->stat.st_size;
	int error;

	if (size < HEADER_SIZE + TRAILER_SIZE)
		return fail(image, -ENOEXEC, "%s: not a ghost (too short)", path);
	error = medium_file_read_at(image->fd, page, sizeof(page), 0);
	if (!error)
		error = medium_file_read_at(image->fd, tail, sizeof(tail), size - TRAILER_SIZE);
	if (error)
		return fail(image, error, "%s: cannot read: %s", path, strerror(-error));
	error = header_unpack(&image->header, page);
	if (error == -ENOEXEC)
		return fail(image, error, "%s: not a ghost", path);
	if (error == -EPROTONOSUPPORT)
		return fail(image, error, "%s: format %u; this krgghost reads format %u", path,
			    image->header.format, HEADER_FORMAT);
	if (error)
		return fail(image, error, "%s: damaged: checksum of the first page", path);
	if (image->header.machine != MACHINE_X86_64)
		return fail(image, -ENOEXEC, "%s: made on another kind of machine", path);
	if (image->header.page_size != 4096)
		return fail(image, -ENOEXEC, "%s: made with pages of %u bytes", path,
			    image->header.page_size);
	error = trailer_unpack(&image->trailer, tail);
	if (error || image->trailer.file_size != size)
		return fail(image, -EBADMSG, "%s: damaged: the end is missing", path);
	return 0;
}

static void *read_block(struct image *image, uint64_t offset, uint64_t size)
{
	uint64_t file_size = (uint64_t)image->stat.st_size;
	void *block;

	if (size > RECORDS_MAX || offset > file_size || size > file_size - offset)
		return NULL;
	block = malloc(size ? size : 1);
	if (block && medium_file_read_at(image->fd, block, size, offset)) {
		free(block);
		return NULL;
	}
	return block;
}

static int read_index(struct image *image, const char *path)
{
	const struct trailer *trailer = &image->trailer;
	uint64_t size = trailer->index_count * CHUNK_BYTES;
	void *data = trailer->index_count > RECORDS_MAX / CHUNK_BYTES
			     ? NULL
			     : read_block(image, trailer->index_offset, size);
	int error = -EBADMSG;

	if (data && crc32c(0, data, size) == trailer->index_crc) {
		image->chunk_count = trailer->index_count;
		image->chunks = calloc(image->chunk_count + 1, sizeof(*image->chunks));
		error = image->chunks ? index_read(data, size, image->chunks, image->chunk_count,
						   trailer->file_size, image->header.page_size)
				      : -ENOMEM;
	}
	free(data);
	return error ? fail(image, error, "%s: damaged: index", path) : 0;
}

/* Where in the image a record of this tag belongs, or NULL for a full memory. */
static void *place_for(struct image *image, const struct kind *kind)
{
	if (kind == &kind_process)
		return image->process = calloc(1, kind->size);
	if (kind == &kind_clock)
		return image->clock = calloc(1, kind->size);
	if (kind == &kind_thread)
		return append((void **)&image->threads, &image->thread_count, kind->size);
	if (kind == &kind_region)
		return append((void **)&image->regions, &image->region_count, kind->size);
	if (kind == &kind_guard)
		return append((void **)&image->guards, &image->guard_count, kind->size);
	if (kind == &kind_descriptor)
		return append((void **)&image->descriptors, &image->descriptor_count, kind->size);
	if (kind == &kind_lock)
		return append((void **)&image->locks, &image->lock_count, kind->size);
	if (kind == &kind_registration)
		return append((void **)&image->registrations, &image->registration_count,
			      kind->size);
	if (kind->prepare) {
		struct image_shared *shared =
			append((void **)&image->shared, &image->shared_count, sizeof(*shared));

		if (!shared)
			return NULL;
		shared->kind = kind;
		return shared->record = calloc(1, kind->size);
	}
	if (kind->revive) {
		struct image_object *object =
			append((void **)&image->objects, &image->object_count, sizeof(*object));

		if (!object)
			return NULL;
		object->kind = kind;
		return object->record = calloc(1, kind->size);
	}
	return NULL;
}

/* A pipe's record has room for the fullest one: a small file with many pipes in
 * it must not fill the memory. */
static void trim_last(struct image *image)
{
	struct image_shared *shared = &image->shared[image->shared_count - 1];
	void *smaller = realloc(shared->record, shared->kind->used(shared->record));

	if (smaller)
		shared->record = smaller;
}

static int take_record(struct image *image, const struct kind *kind, const struct frame *frame)
{
	void *record;
	int error;

	if ((kind == &kind_process && image->process) || (kind == &kind_clock && image->clock))
		return -EBADMSG;
	record = place_for(image, kind);
	if (!record)
		return -ENOMEM;
	error = frame_take(frame, kind->version, kind->make, record, kind->size);
	if (!error && kind->used)
		trim_last(image);
	return error;
}

static int read_records(struct image *image, const char *path)
{
	void *data = read_block(image, image->trailer.records_offset, image->trailer.records_size);
	struct medium_memory memory;
	struct frame frame;
	ghost_t ghost;
	int more = -EBADMSG;

	if (!data)
		return fail(image, -EBADMSG, "%s: damaged: records", path);
	medium_memory_read(&memory, data, image->trailer.records_size);
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
	while ((more = frame_next(&ghost, &frame)) > 0) {
		const struct kind *kind = kind_by_tag(frame.tag);

		image->unknown += !kind;
		if (kind)
			more = take_record(image, kind, &frame);
		if (more < 0)
			break;
	}
	free(data);
	if (more < 0)
		return fail(image, more, "%s: damaged: a record (%s)", path, strerror(-more));
	return 0;
}

const struct region_ghost *image_region_at(const struct image *image, uint64_t address)
{
	size_t low = 0, high = image->region_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->regions[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < image->region_count && image->regions[low].start <= address
		       ? &image->regions[low]
		       : NULL;
}

static int check_sense(struct image *image, const char *path)
{
	const char *nonsense = image_nonsense(image);

	if (!nonsense)
		return 0;
	if (image->unknown && !strcmp(nonsense, IMAGE_DESCRIPTORS))
		return fail(image, -EPROTONOSUPPORT,
			    "%s: has something in it that this krgghost does not know; it was made by "
			    "%s",
			    path, image->process->shim);
	return fail(image, -EBADMSG, "%s: damaged: %s", path, nonsense);
}

int image_open(struct image *image, const char *path)
{
	int error;

	memset(image, 0, sizeof(*image));
	image->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (image->fd < 0)
		return fail(image, -errno, "%s: cannot open: %s", path, strerror(errno));
	if (fstat(image->fd, &image->stat) || !S_ISREG(image->stat.st_mode))
		error = fail(image, -ENOEXEC, "%s: not a regular file", path);
	else
		error = read_header(image, path);
	if (!error)
		error = read_index(image, path);
	if (!error)
		error = read_records(image, path);
	if (!error)
		error = check_sense(image, path);
	if (error)
		image_close(image);
	return error;
}

void image_close(struct image *image)
{
	for (size_t i = 0; i < image->shared_count; i++)
		free(image->shared[i].record);
	for (size_t i = 0; i < image->object_count; i++)
		free(image->objects[i].record);
	free(image->process);
	free(image->clock);
	free(image->threads);
	free(image->regions);
	free(image->guards);
	free(image->descriptors);
	free(image->locks);
	free(image->registrations);
	free(image->shared);
	free(image->objects);
	free(image->chunks);
	if (image->fd >= 0)
		close(image->fd);
	/* Closed again, it does nothing; why it could not be opened stays. */
	memset(image, 0, offsetof(struct image, error));
	image->fd = -1;
}

int image_trusted(struct image *image)
{
	if (image->stat.st_uid != geteuid())
		return fail(image, -EPERM, "the ghost belongs to another user (uid %u)",
			    (unsigned int)image->stat.st_uid);
	if (image->stat.st_mode & (S_IWGRP | S_IWOTH))
		return fail(image, -EPERM, "the ghost may be written by others (mode %04o)",
			    (unsigned int)image->stat.st_mode & 07777);
	return 0;
}

int image_read_chunk(const struct image *image, const struct chunk *chunk, void *workspace,
		     void *packed, void *out)
{
	void *in = chunk->codec == CODEC_NONE ? out : packed;
	int error;

	if (chunk->codec == CODEC_NONE && chunk->packed != chunk->length)
		return -EBADMSG;
	error = medium_file_read_at(image->fd, in, chunk->packed, chunk->offset);
	if (error)
		return error;
	if (crc32c(0, in, chunk->packed) != chunk->crc)
		return -EBADMSG;
	if (in == out)
		return 0;
	return codec_unpack(chunk->codec, workspace, in, chunk->packed, out, chunk->length);
}

/* They are numbered from 1 in the order of their records, if nothing is strange. */
const struct image_object *image_find_object(const struct image *image, uint32_t id)
{
	if (id - 1U < image->object_count && image->objects[id - 1].record->id == id)
		return &image->objects[id - 1];
	for (size_t i = 0; i < image->object_count; i++)
		if (image->objects[i].record->id == id)
			return &image->objects[i];
	return NULL;
}
