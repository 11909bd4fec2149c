/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The zlib format, by Intel's storage acceleration library. */
#include "config.h"

#include <errno.h>

#include "engine.h"

#ifdef HAVE_ISAL

#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

#include "../codec.h"

static struct {
	typeof(&isal_deflate_stateless_init) deflate_init;
	typeof(&isal_deflate_stateless) deflate;
	typeof(&isal_inflate_init) inflate_init;
	typeof(&isal_inflate_stateless) inflate;
} isal;

static int isal_load(void)
{
	void *library;

	if (isal.inflate)
		return 0;
	library = engine_open("libisal.so.2");
	if (!library)
		return -ENOSYS;
	isal.deflate_init = (typeof(isal.deflate_init))dlsym(library, "isal_deflate_stateless_init");
	isal.deflate = (typeof(isal.deflate))dlsym(library, "isal_deflate_stateless");
	isal.inflate_init = (typeof(isal.inflate_init))dlsym(library, "isal_inflate_init");
	isal.inflate = (typeof(isal.inflate))dlsym(library, "isal_inflate_stateless");
	if (!isal.deflate_init || !isal.deflate || !isal.inflate_init || !isal.inflate)
		return -ENOSYS;
	return 0;
}

/* Level 0 expands what does not compress by a fifth, so 1 is the least. */
static const uint32_t level_size[] = {
	[1] = ISAL_DEF_LVL1_DEFAULT,
	[2] = ISAL_DEF_LVL2_DEFAULT,
	[3] = ISAL_DEF_LVL3_DEFAULT,
};

struct packer {
	struct isal_zstream stream;
	unsigned char level[];
};

_Static_assert(sizeof(struct packer) + ISAL_DEF_LVL3_DEFAULT <= CODEC_WORKSPACE,
	       "the workspace holds ISA-L's largest state");
_Static_assert(sizeof(struct inflate_state) <= CODEC_WORKSPACE, "and its reader's");

static long isal_pack(void *workspace, int level, const void *in, size_t size, void *out,
		      size_t room)
{
	struct packer *packer = workspace;
	struct isal_zstream *stream = &packer->stream;

	if (level < 1)
		level = 1;
	isal.deflate_init(stream);
	stream->level = (uint32_t)level;
	stream->level_buf = packer->level;
	stream->level_buf_size = level_size[level];
	stream->gzip_flag = IGZIP_ZLIB;
	stream->end_of_stream = 1;
	stream->flush = NO_FLUSH;
	stream->next_in = (uint8_t *)in;
	stream->avail_in = (uint32_t)size;
	stream->next_out = out;
	stream->avail_out = (uint32_t)room;
	if (isal.deflate(stream) != COMP_OK || stream->avail_in)
		return -ENOSPC;
	return (long)stream->total_out;
}

static int isal_unpack(void *workspace, const void *in, size_t packed, void *out, size_t size)
{
	struct inflate_state *state = workspace;

	isal.inflate_init(state);
	state->crc_flag = ISAL_ZLIB;
	state->next_in = (uint8_t *)in;
	state->avail_in = (uint32_t)packed;
	state->next_out = out;
	state->avail_out = (uint32_t)size;
	if (isal.inflate(state) != ISAL_DECOMP_OK || state->avail_out || state->avail_in)
		return -EBADMSG;
	return 0;
}

const struct engine engine_isal = {
	.name = "isal",
	.load = isal_load,
	.pack = isal_pack,
	.unpack = isal_unpack,
	.max_level = 3,
};

#else

static int isal_absent(void)
{
	return -ENOSYS;
}

const struct engine engine_isal = { .name = "isal", .load = isal_absent };

#endif
