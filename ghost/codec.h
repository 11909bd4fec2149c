/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How chunks are packed: the codecs and the engines behind them. */
#ifndef GHOST_CODEC_H
#define GHOST_CODEC_H

/* The engines (libz, ISA-L) are opened at run time, by codec_load(), which is
 * zone free: it calls dlopen().  They get symbols of their own that way, and a
 * program that brings another zlib neither disturbs us nor is disturbed.
 * Packing and unpacking are zone signal: they use only the caller's workspace. */

#include <stddef.h>
#include <stdint.h>

enum codec_id {
	CODEC_NONE = 0,
	CODEC_ZLIB = 1,
};

#define CODEC_WORKSPACE (512U << 10)	/* enough for every codec, either way */

/* The codec called `name` ("zlib", "none"), or -ENOENT. */
int codec_find(const char *name);

/* The name of a codec, or NULL for an unknown number. */
const char *codec_name(uint32_t codec);

/* Opens the engines for `codec`.  -ENOSYS where there is none.  Idempotent. */
int codec_load(uint32_t codec);

/* The engine that packs at `level`: "isal", "zlib" or "none", for the log. */
const char *codec_engine(uint32_t codec, int level);

/* Packs `size` bytes (at most CHUNK_MAX) into `room` bytes.  Returns the packed
 * size, or -ENOSPC where it does not fit: then the chunk is better stored raw. */
long codec_pack(uint32_t codec, int level, void *workspace, const void *in, size_t size, void *out,
		size_t room);

/* Unpacks exactly `size` bytes, or -EBADMSG. */
int codec_unpack(uint32_t codec, void *workspace, const void *in, size_t packed, void *out,
		 size_t size);

#endif
