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

static void complain(struct settings *settings, const char *variable, const char *value)
{
	struct text text;

	text_open(&text, settings->error, sizeof(settings->error));
	text_add(&text, variable);
	text_add(&text, "=");
	text_add(&text, value);
	text_add(&text, " is not understood and is ignored");
}

static void read_signal(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_SIGNAL");
	const char *name = value;

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
	if (*name >= '1' && *name <= '9') {
		int number = (int)text_take_decimal(&name);

		/* 32 and 33 belong to libc's threads. */
		if (!*name && number < 65 && number != SIGKILL && number != SIGSTOP &&
		    number != 32 && number != 33) {
			settings->signal = number;
			return;
		}
	}
	complain(settings, "KRG_SIGNAL", value);
}

static void read_codec(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_CODEC");
	const char *colon, *level;
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
	level = colon + 1;
	settings->level = (int)text_take_decimal(&level);
	if (*level || settings->level < 1 || settings->level > 9) {
		settings->level = DEFAULT_LEVEL;
		complain(settings, "KRG_CODEC", value);
	}
}

static void read_timeout(struct settings *settings, char *const environment[])
{
	const char *value = setting(environment, "KRG_TIMEOUT");
	const char *cursor = value;
	uint64_t seconds;

	if (!value || !*value)
		return;
	seconds = text_take_decimal(&cursor);
	if (*cursor || !seconds || seconds > 86400)
		complain(settings, "KRG_TIMEOUT", value);
	else
		settings->timeout = (int)seconds;
}

/* Relative names mean the directory that the program was started in. */
static void read_path(const char *value, char *path)
{
	struct text text;
	long length;

	path[0] = '\0';
	if (!value || !*value)
		return;
	text_open(&text, path, SETTINGS_PATH);
	if (value[0] != '/') {
		char directory[SETTINGS_PATH];

		length = sys_call2(SYS_getcwd, directory, sizeof(directory));
		text_add(&text, length > 0 && directory[0] == '/' ? directory : "/tmp");
		if (text.length > 1)
			text_add(&text, "/");
	}
	text_add(&text, value);
	if (text.cut)
		path[0] = '\0';
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
	const char *pattern = setting(environment, "KRG_GHOST");

	memset(settings, 0, sizeof(*settings));
	settings->signal = SIGUSR2;
	settings->codec = CODEC_ZLIB;
	settings->level = DEFAULT_LEVEL;
	settings->timeout = DEFAULT_TIMEOUT;
	settings->force = force && *force && strcmp(force, "0");
	read_signal(settings, environment);
	read_codec(settings, environment);
	read_timeout(settings, environment);
	read_path(pattern && *pattern ? pattern : DEFAULT_PATTERN, settings->pattern);
	read_path(setting(environment, "KRG_LOG"), settings->log);
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
