/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the KRG_ variables ask for, read once at the start. */
#include "settings.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>

#include "../ghost/codec.h"
#include "../ghost/duration.h"
#include "../ghost/pattern.h"
#include "../ghost/sys.h"
#include "../ghost/text.h"

#define DEFAULT_TIMEOUT 10
#define DEFAULT_LEVEL 1

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 }, { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "IO", SIGIO },
	{ "PWR", SIGPWR }, { "URG", SIGURG }, { "WINCH", SIGWINCH }, { "XCPU", SIGXCPU },
	{ "PROF", SIGPROF }, { "VTALRM", SIGVTALRM }, { "STKFLT", SIGSTKFLT },
};

/* Our constructor runs before libc's own, to which getenv() belongs. */
static const char *setting(char *const environment[], const char *name)
{
	size_t length = strlen(name);

	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name, length) && (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

const char *settings_find(char *const environment[], const char *name)
{
	return setting(environment, name);
}

static void complain(struct settings *settings, const char *variable, const char *value)
{
	struct text text;

	text_open(&text, settings->error, sizeof(settings->error));
	text_add(&text, variable);
	text_add(&text, "=");
	text_add(&text, value);
	text_add(&text, " is not understood and is ignored");
}

static void read_interval(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_INTERVAL");

	if (!value || !*value)
		return;
	settings->interval = duration_parse(value);
	if (!settings->interval)
		complain(settings, "KRG_INTERVAL", value);
}

/* A whole number of few digits without a leading zero, or 0. */
static uint64_t read_number(const char *text, uint64_t most)
{
	const char *cursor = text;
	uint64_t number = text_take_decimal(&cursor);

	return *cursor || cursor == text || *text == '0' || cursor - text > 9 || number > most ? 0 : number;
}

static void read_signal(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_SIGNAL");
	const char *name = value;
	int number;

	if (!value || !*value)
		return;
	if (!strncmp(name, "SIG", 3))
		name += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (!strcmp(signals[i].name, name)) {
			settings->signal = signals[i].number;
			return;
		}
	}
	number = (int)read_number(name, 64);
	/* 32 and 33 belong to libc's threads. */
	if (number && number != SIGKILL && number != SIGSTOP && number != 32 && number != 33) {
		settings->signal = number;
		return;
	}
	complain(settings, "KRG_SIGNAL", value);
}

static void read_codec(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_CODEC");
	const char *colon;
	char name[16] = "";
	int codec;

	if (!value || !*value)
		return;
	colon = strchrnul(value, ':');
	if ((size_t)(colon - value) < sizeof(name))
		memcpy(name, value, (size_t)(colon - value));
	codec = codec_find(name);
	if (codec < 0) {
		complain(settings, "KRG_CODEC", value);
		return;
	}
	settings->codec = (uint32_t)codec;
	if (!*colon)
		return;
	settings->level = (int)read_number(colon + 1, 9);
	if (!settings->level) {
		settings->level = DEFAULT_LEVEL;
		complain(settings, "KRG_CODEC", value);
	}
}

static void read_timeout(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_TIMEOUT");
	uint64_t seconds;

	if (!value || !*value)
		return;
	seconds = read_number(value, 86400);
	if (!seconds)
		complain(settings, "KRG_TIMEOUT", value);
	else
		settings->timeout = (int)seconds;
}

static void read_embed(struct settings *settings, char *const environment[])
{
	static const char *const names[] = {
		[EMBED_NONE] = "none",
		[EMBED_ELF] = "elf",
		[EMBED_ALL] = "all",
	};
	const char *value = setting(environment, "KRG_EMBED");

	if (!value || !*value)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], value)) {
			settings->embed = (int)i;
			return;
		}
	}
	complain(settings, "KRG_EMBED", value);
}

static void read_keep(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_KEEP");

	if (!value || !*value)
		return;
	settings->keep = (uint32_t)read_number(value, SETTINGS_KEEP);
	if (!settings->keep)
		complain(settings, "KRG_KEEP", value);
}

static void read_paths(struct settings *settings, char *const environment[])
{
	const char *pattern = setting(environment, "KRG_GHOST");
	const char *log = setting(environment, "KRG_LOG");

	if (!pattern || !*pattern)
		pattern = PATTERN_DEFAULT;
	if (pattern_place(pattern, 1, settings->pattern)) {
		complain(settings, "KRG_GHOST", "(too long)");
		pattern_place(PATTERN_DEFAULT, 1, settings->pattern);
	}
	if (log && *log && pattern_place(log, 0, settings->log))
		complain(settings, "KRG_LOG", "(too long)");
}

static void read_names(struct settings *settings)
{
	char path[SETTINGS_PATH];
	struct utsname names;
	long length = sys_readlinkat(AT_FDCWD, "/proc/self/exe", path, sizeof(path) - 1);
	const char *base;
	struct text text;

	path[length > 0 ? length : 0] = '\0';
	base = strrchr(path, '/');
	base = base ? base + 1 : "program";
	text_open(&text, settings->name, sizeof(settings->name));
	text_add(&text, base);
	sys_call1(SYS_uname, &names);
	text_open(&text, settings->host, sizeof(settings->host));
	text_add(&text, names.nodename);
}

void settings_read(struct settings *settings, char *const environment[])
{
	const char *force = setting(environment, "KRG_FORCE");

	memset(settings, 0, sizeof(*settings));
	settings->signal = SIGUSR2;
	settings->codec = CODEC_ZLIB;
	settings->level = DEFAULT_LEVEL;
	settings->timeout = DEFAULT_TIMEOUT;
	settings->embed = EMBED_ELF;
	settings->force = force && *force && strcmp(force, "0");
	read_signal(settings, environment);
	read_codec(settings, environment);
	read_timeout(settings, environment);
	read_embed(settings, environment);
	read_interval(settings, environment);
	read_keep(settings, environment);
	read_paths(settings, environment);
	read_names(settings);
}

int settings_ghost_name(const struct settings *settings, int pid, uint32_t number, int64_t seconds,
			char *name, uint32_t size)
{
	struct pattern_values values = {
		.program = settings->name, .host = settings->host,
		.pid = (uint64_t)pid, .number = number, .time = (uint64_t)seconds,
	};

	return pattern_expand(settings->pattern, &values, name, size);
}
