/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The zlib format, by zlib itself. */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "../codec.h"
#include "engine.h"

static struct {
	typeof(&deflateInit2_) deflate_init;
	typeof(&deflate) deflate;
	typeof(&inflateInit2_) inflate_init;
	typeof(&inflate) inflate;
} zlib;

static int zlib_load(void)
{
	void *library;

	if (zlib.inflate)
		return 0;
	library = engine_open("libz.so.1");
	if (!library)
		return -ENOSYS;
	zlib.deflate_init = (typeof(zlib.deflate_init))dlsym(library, "deflateInit2_");
	zlib.deflate = (typeof(zlib.deflate))dlsym(library, "deflate");
	zlib.inflate_init = (typeof(zlib.inflate_init))dlsym(library, "inflateInit2_");
	zlib.inflate = (typeof(zlib.inflate))dlsym(library, "inflate");
	if (!zlib.deflate_init || !zlib.deflate || !zlib.inflate_init || !zlib.inflate)
		return -ENOSYS;
	return 0;
}

/* zlib allocates a few blocks when a stream is begun and none later; they are
 * cut from the workspace, so that nothing calls malloc and nothing is freed. */
struct workspace {
	size_t used;
	unsigned char bytes[];
};

static voidpf workspace_take(voidpf opaque, uInt items, uInt size)
{
	struct workspace *workspace = opaque;
	size_t wanted = ((size_t)items * size + 63) & ~(size_t)63;
	void *block = workspace->bytes + workspace->used;

	if (wanted > CODEC_WORKSPACE - sizeof(*workspace) - workspace->used)
		return Z_NULL;
	workspace->used += wanted;
	return block;
}

static void workspace_return(voidpf opaque, voidpf block)
{
	(void)opaque;
	(void)block;
}

static void stream_open(z_stream *stream, void *workspace, const void *in, size_t size, void *out,
			size_t room)
{
	((struct workspace *)workspace)->used = 0;
	memset(stream, 0, sizeof(*stream));
	stream->zalloc = workspace_take;
	stream->zfree = workspace_return;
	stream->opaque = workspace;
	stream->next_in = (Bytef *)in;
	stream->avail_in = (uInt)size;
	stream->next_out = out;
	stream->avail_out = (uInt)room;
}

static long zlib_pack(void *workspace, int level, const void *in, size_t size, void *out,
		      size_t room)
{
	z_stream stream;

	stream_open(&stream, workspace, in, size, out, room);
	if (zlib.deflate_init(&stream, level, Z_DEFLATED, MAX_WBITS, 8, Z_DEFAULT_STRATEGY,
			      ZLIB_VERSION, sizeof(stream)) != Z_OK)
		return -ENOMEM;
	if (zlib.deflate(&stream, Z_FINISH) != Z_STREAM_END)
		return -ENOSPC;
	return (long)(room - stream.avail_out);
}

static int zlib_unpack(void *workspace, const void *in, size_t packed, void *out, size_t size)
{
	z_stream stream;

	stream_open(&stream, workspace, in, packed, out, size);
	if (zlib.inflate_init(&stream, MAX_WBITS, ZLIB_VERSION, sizeof(stream)) != Z_OK)
		return -ENOMEM;
	if (zlib.inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.avail_out ||
	    stream.avail_in)
		return -EBADMSG;
	return 0;
}

const struct engine engine_zlib = {
	.name = "zlib",
	.load = zlib_load,
	.pack = zlib_pack,
	.unpack = zlib_unpack,
	.max_level = 9,
};
