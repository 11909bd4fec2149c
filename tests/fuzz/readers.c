/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything else that takes bytes from outside apart: texts of /proc, variables, records. */
#include "readers.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ghost/chunk.h"
#include "ghost/codec.h"
#include "ghost/codec/engine.h"
#include "ghost/elf_note.h"
#include "ghost/frame.h"
#include "ghost/kind.h"
#include "ghost/kind/lock.h"
#include "ghost/mailbox.h"
#include "ghost/medium.h"
#include "shim/maps.h"
#include "shim/post.h"
#include "shim/settings.h"
#include "shim/timers.h"

/* `make check` runs each with the same few thousand inputs (readers_driver.c), `make
 * fuzz` with libFuzzer for as long as one likes: doc/testing.md. */

static void must(int condition)
{
	if (!condition)
		abort();
}

/* A string in memory of its own: one byte too far is noticed. */
static char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

static void run_maps(const uint8_t *data, size_t size)
{
	static struct mapping mapping;
	char *text = text_of(data, size), *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		char *own = text_of((const uint8_t *)line, strlen(line));

		if (maps_is_start(own) && !maps_parse_start(own, &mapping))
			must(strlen(mapping.path) < sizeof(mapping.path));
		else
			maps_parse_detail(own, &mapping);
		free(own);
	}
	free(text);
}

static void run_lock(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	struct lock_ghost lock;

	memset(&lock, 0, sizeof(lock));
	lock_parse(text, &lock);
	must(lock.type < LOCK_TYPES && lock.exclusive <= 1);
	free(text);
}

static void run_timers(const uint8_t *data, size_t size)
{
	static struct timers_state timers;
	char *text = text_of(data, size);

	memset(&timers, 0, sizeof(timers));
	timers_parse(text, -1, &timers);
	must(timers.count <= TIMERS_MAX);
	free(text);
}

/* Lines instead of strings, so that a mutation can join and divide them. */
static void run_settings(const uint8_t *data, size_t size)
{
	static struct settings settings;
	char *environment[64], *text = text_of(data, size), *rest = text, *line;
	char name[300];
	size_t count = 0;

	while (count < 63 && (line = strsep(&rest, "\n")))
		environment[count++] = line;
	environment[count] = NULL;
	settings_read(&settings, environment);
	must(settings.signal > 0 && settings.signal <= 64 && settings.timeout > 0);
	must(settings.level >= 1 && settings.level <= 9 && codec_name(settings.codec));
	must(settings.pattern[0] == '/' && strlen(settings.error) < sizeof(settings.error));
	if (!settings_ghost_name(&settings, 4711, 3, 1700000000, name, sizeof(name)))
		must(strlen(name) < sizeof(name));
	free(text);
}

/* The other side may be anybody who can write there. */
static void run_mailbox(const uint8_t *data, size_t size)
{
	static struct post post;
	char path[64];
	int file;

	snprintf(path, sizeof(path), MAILBOX_PREFIX "%d", (int)getpid());
	file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(file >= 0 && write(file, data, size) == (ssize_t)size);
	close(file);
	post_open(&post, (uint32_t)getpid());
	if (post.file >= 0) {
		must(strlen(post.mail.output) < sizeof(post.mail.output));
		post_progress(&post, 1, 2);
		post_failed(&post, "no");
		close(post.file);
	}
	unlink(path);
}

static size_t seed_mailbox(unsigned char *bytes, size_t room)
{
	static struct mailbox mail = { .magic = MAILBOX_MAGIC, .output = "/tmp/x.ghost" };

	must(sizeof(mail) <= room);
	memcpy(bytes, &mail, sizeof(mail));
	return sizeof(mail);
}

static void unpack_by(const struct engine *engine, const uint8_t *data, size_t size)
{
	static unsigned char workspace[CODEC_WORKSPACE];
	unsigned char *out, *in = malloc(size + 1);
	static const size_t lengths[] = { 1, 4096, 65536 };

	must(in != NULL);
	memcpy(in, data, size);
	for (size_t i = 0; i < 3; i++) {
		out = malloc(lengths[i]);
		must(out && engine->unpack(workspace, in, size, out, lengths[i]) <= 0);
		free(out);
	}
	free(in);
}

static void run_zlib(const uint8_t *data, size_t size)
{
	if (!engine_zlib.load())
		unpack_by(&engine_zlib, data, size);
}

static void run_isal(const uint8_t *data, size_t size)
{
	if (!engine_isal.load())
		unpack_by(&engine_isal, data, size);
}

static size_t seed_packed(unsigned char *bytes, size_t room)
{
	static unsigned char workspace[CODEC_WORKSPACE], plain[4096];
	long packed;

	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (unsigned char)(i * i >> 5);
	must(!codec_load(CODEC_ZLIB));
	packed = codec_pack(CODEC_ZLIB, 1, workspace, plain, sizeof(plain), bytes, room);
	must(packed > 0);
	return (size_t)packed;
}

/* The bytes as the record of each kind, and its line for krg-ghost. */
static void run_kinds(const uint8_t *data, size_t size)
{
	static void *record;
	char line[256];

	if (!record)
		record = malloc(kind_largest());
	must(record != NULL);
	for (int i = 0; kinds[i]; i++) {
		struct medium_memory memory;
		struct text text;
		ghost_t ghost;

		memset(record, 0, kinds[i]->size);
		medium_memory_read(&memory, data, size);
		ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
		if (kinds[i]->make(&ghost, record, kinds[i]->size) || !kinds[i]->describe)
			continue;
		text_open(&text, line, sizeof(line));
		kinds[i]->describe(record, &text);
		must(strlen(line) == text.length);
	}
}

static void run_elf(const uint8_t *data, size_t size)
{
	char *copy = text_of(data, size);
	uint8_t id[20];

	must(elf_build_id((const unsigned char *)copy, size, id, sizeof(id)) <= sizeof(id));
	free(copy);
}

static size_t seed_self(unsigned char *bytes, size_t room)
{
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t got = read(file, bytes, room < 4096 ? room : 4096);

	close(file);
	return got > 0 ? (size_t)got : 0;
}

static size_t seed_zeros(unsigned char *bytes, size_t room)
{
	memset(bytes, 0, room < 512 ? room : 512);
	return room < 512 ? room : 512;
}

const struct reader readers[] = {
	{ "maps", run_maps,
	  "7f23c73bd000-7f23c73c7000 r--p 00001000 fe:00 4711      /usr/lib/a\\012b (deleted)\n"
	  "Size: 40 kB\nSwap:            12 kB\nVmFlags: rd mr mw me gd nr lo dd um \n"
	  "7ffd1000-7ffd2000 rwxs 0 00:01 0 [stack]\n",
	  NULL },
	{ "lock", run_lock, "lock:\t1: POSIX  ADVISORY  WRITE 1234 08:01:5678 0 EOF\n", NULL },
	{ "timers", run_timers,
	  "ID: 1\nsignal: 60/00007fff86e452a8\nnotify: signal/tid.2634\nClockID: -6\n", NULL },
	{ "settings", run_settings,
	  "KRG_SIGNAL=SIGUSR1\nKRG_CODEC=zlib:9\nKRG_TIMEOUT=12\nKRG_GHOST=/t/%e-%p%%%n%t%h.ghost\n"
	  "KRG_LOG=log\nKRG_FORCE=1\n",
	  NULL },
	{ "mailbox", run_mailbox, NULL, seed_mailbox },
	{ "zlib", run_zlib, NULL, seed_packed },
	{ "isal", run_isal, NULL, seed_packed },
	{ "kinds", run_kinds, NULL, seed_zeros },
	{ "elf", run_elf, NULL, seed_self },
	{ NULL, NULL, NULL, NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *wanted = getenv("FUZZ_READER");
	const struct reader *reader = readers;

	while (reader->name && (!wanted || strcmp(reader->name, wanted)))
		reader++;
	must(reader->name != NULL);
	reader->run(data, size);
	return 0;
}
