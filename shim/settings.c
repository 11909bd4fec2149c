/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the KRG_ variables ask for, read once at the start. */
#include "settings.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>

#include "../ghost/codec.h"
#include "../ghost/sys.h"
#include "../ghost/text.h"

#define DEFAULT_PATTERN "%e-%p.ghost"
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

/* In a pattern a % of the directory's name must not be taken for one of ours. */
static void add_directory(struct text *text, int is_pattern)
{
	char directory[SETTINGS_PATH];
	long length = sys_call2(SYS_getcwd, directory, sizeof(directory));

	if (length <= 0 || directory[0] != '/')
		strcpy(directory, "/tmp");
	for (const char *cursor = directory; *cursor; cursor++) {
		text_add_bytes(text, cursor, 1);
		if (*cursor == '%' && is_pattern)
			text_add(text, "%");
	}
	if (text->data[text->length - 1] != '/')
		text_add(text, "/");
}

/* Relative names mean the directory that the program was started in.  Returns 0,
 * or -ENAMETOOLONG with an empty path. */
static int read_path(const char *value, int is_pattern, char *path)
{
	struct text text;

	text_open(&text, path, SETTINGS_PATH);
	if (value[0] != '/')
		add_directory(&text, is_pattern);
	text_add(&text, value);
	if (!text.cut)
		return 0;
	path[0] = '\0';
	return -ENAMETOOLONG;
}

static void read_paths(struct settings *settings, char *const environment[])
{
	const char *pattern = setting(environment, "KRG_GHOST");
	const char *log = setting(environment, "KRG_LOG");

	if (!pattern || !*pattern)
		pattern = DEFAULT_PATTERN;
	if (read_path(pattern, 1, settings->pattern)) {
		complain(settings, "KRG_GHOST", "(too long)");
		read_path(DEFAULT_PATTERN, 1, settings->pattern);
	}
	if (log && *log && read_path(log, 0, settings->log))
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
	read_paths(settings, environment);
	read_names(settings);
}

int settings_ghost_name(const struct settings *settings, int pid, uint32_t number, int64_t seconds,
			char *name, uint32_t size)
{
	struct text text;

	text_open(&text, name, size);
	for (const char *cursor = settings->pattern; *cursor; cursor++) {
		if (*cursor != '%' || !cursor[1]) {
			text_add_bytes(&text, cursor, 1);
			continue;
		}
		switch (*++cursor) {
		case 'e':
			text_add(&text, settings->name);
			break;
		case 'p':
			text_add_decimal(&text, pid);
			break;
		case 'h':
			text_add(&text, settings->host);
			break;
		case 'n':
			text_add_decimal(&text, number);
			break;
		case 't':
			text_add_decimal(&text, seconds);
			break;
		case '%':
			text_add(&text, "%");
			break;
		default:
			text_add_bytes(&text, cursor - 1, 2);
		}
	}
	return text.cut || !text.length ? -ENAMETOOLONG : 0;
}
