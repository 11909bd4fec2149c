/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What codec.c asks of each compression library. */
#ifndef GHOST_CODEC_ENGINE_H
#define GHOST_CODEC_ENGINE_H

#include <stddef.h>

struct engine {
	const char *name;
	int (*load)(void);	/* 0 or -ENOSYS; zone free */
	long (*pack)(void *workspace, int level, const void *in, size_t size, void *out,
		     size_t room);
	int (*unpack)(void *workspace, const void *in, size_t packed, void *out, size_t size);
	int max_level;		/* packs well up to this level; larger ones go elsewhere */
};

extern const struct engine engine_isal;	/* the zlib format, by ISA-L */
extern const struct engine engine_zlib;	/* the zlib format, by zlib itself */

/* dlopen() of one library for our use alone; NULL where it is not there. */
void *engine_open(const char *library);

#endif
