/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether every page of a ghost is there. */
#include "whole.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../ghost/codec.h"

struct buffers {
	void *workspace, *packed, *out;
};

static int buffers_open(struct buffers *buffers)
{
	buffers->workspace = malloc(CODEC_WORKSPACE);
	buffers->packed = malloc(CHUNK_MAX);
	buffers->out = malloc(CHUNK_MAX);
	return buffers->workspace && buffers->packed && buffers->out ? 0 : -ENOMEM;
}

static void buffers_close(struct buffers *buffers)
{
	free(buffers->workspace);
	free(buffers->packed);
	free(buffers->out);
}

static int chunk_failure(const struct image *image, const struct chunk *chunk, const char *path,
			 int error, int status, struct failure *failure)
{
	const char *memory = chunk->owner & CHUNK_SHARED   ? "shared memory"
			     : CHUNK_IS_FILE(chunk->owner) ? "an embedded file"
							   : "memory";
	size_t number = (size_t)(chunk - image->chunks) + 1;
	const char *codec = codec_name(chunk->codec);

	if (error == -ENOSYS)
		return failure_set(failure, status,
				   "%s: packed with codec %u (%s), which cannot be unpacked here",
				   path, chunk->codec, codec ? codec : "unknown");
	if (error != -EBADMSG)
		return failure_set(failure, status, "%s: cannot read: %s", path, strerror(-error));
	return failure_set(failure, status, "%s: damaged: %s at 0x%" PRIx64 " (chunk %zu of %zu)",
			   path, memory, chunk->address, number, image->chunk_count);
}

static int read_all(const struct image *image, const char *path, const struct buffers *buffers,
		    int status, struct failure *failure)
{
	for (size_t i = 0; i < image->chunk_count; i++) {
		const struct chunk *chunk = &image->chunks[i];
		int error = codec_load(chunk->codec);

		if (!error)
			error = image_read_chunk(image, chunk, buffers->workspace, buffers->packed,
						 buffers->out);
		if (error)
			return chunk_failure(image, chunk, path, error, status, failure);
	}
	return 0;
}

int whole_check(const struct image *image, const char *path, int status, struct failure *failure)
{
	struct buffers buffers;
	int result = buffers_open(&buffers)
			     ? failure_set(failure, status, "%s: out of memory", path)
			     : read_all(image, path, &buffers, status, failure);

	buffers_close(&buffers);
	return result;
}
