/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How chunks are packed: the codecs and the engines behind them. */
#include "codec.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "codec/engine.h"

/* Each codec may have several engines; the first that is there and packs at the
 * wanted level is used, and any of them unpacks. */
#define ENGINES 2

static const struct codec {
	const char *name;
	const struct engine *engines[ENGINES];
} codecs[] = {
	[CODEC_NONE] = { "none", { NULL } },
	[CODEC_ZLIB] = { "zlib", { &engine_isal, &engine_zlib } },
};

static int ready[sizeof(codecs) / sizeof(codecs[0])][ENGINES];

#define CODECS (sizeof(codecs) / sizeof(codecs[0]))

void *engine_open(const char *library)
{
	int flags = RTLD_NOW | RTLD_LOCAL;

	/* The engine's inner calls must not be taken by a program's own zlib.  The
	 * sanitizers' dlopen() aborts at the sight of this flag. */
	if (!dlsym(RTLD_DEFAULT, "__sanitizer_report_error_summary"))
		flags |= RTLD_DEEPBIND;
	return dlopen(library, flags);
}

int codec_find(const char *name)
{
	for (size_t i = 0; i < CODECS; i++)
		if (!strcmp(codecs[i].name, name))
			return (int)i;
	return -ENOENT;
}

const char *codec_name(uint32_t codec)
{
	return codec < CODECS ? codecs[codec].name : NULL;
}

int codec_load(uint32_t codec)
{
	int found = codec == CODEC_NONE;

	if (codec >= CODECS)
		return -ENOSYS;
	for (int i = 0; i < ENGINES && codecs[codec].engines[i]; i++) {
		ready[codec][i] = codecs[codec].engines[i]->load() == 0;
		found |= ready[codec][i];
	}
	return found ? 0 : -ENOSYS;
}

static const struct engine *engine_for(uint32_t codec, int level)
{
	const struct engine *any = NULL;

	if (codec >= CODECS)
		return NULL;
	for (int i = 0; i < ENGINES && codecs[codec].engines[i]; i++) {
		if (!ready[codec][i])
			continue;
		any = codecs[codec].engines[i];
		if (level <= any->max_level)
			break;
	}
	return any;
}

const char *codec_engine(uint32_t codec, int level)
{
	const struct engine *engine = engine_for(codec, level);

	return engine ? engine->name : "none";
}

long codec_pack(uint32_t codec, int level, void *workspace, const void *in, size_t size, void *out,
		size_t room)
{
	const struct engine *engine = engine_for(codec, level);

	if (!engine)
		return -ENOSPC;
	if (level > engine->max_level)
		level = engine->max_level;
	return engine->pack(workspace, level, in, size, out, room);
}

int codec_unpack(uint32_t codec, void *workspace, const void *in, size_t packed, void *out,
		 size_t size)
{
	const struct engine *engine = engine_for(codec, 0);

	if (codec == CODEC_NONE) {
		if (packed != size)
			return -EBADMSG;
		memcpy(out, in, size);
		return 0;
	}
	return engine ? engine->unpack(workspace, in, packed, out, size) : -ENOSYS;
}
