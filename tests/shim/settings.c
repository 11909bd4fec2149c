/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings: what is asked for, what is not understood, and the names of ghosts. */
#include "shim/settings.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ghost/codec.h"

static struct settings settings;

/* With one variable, among others that look like it. */
static void read_with(const char *variable)
{
	char *const environment[] = {
		"PATH=/bin",
		"KRG_SIGNALS=USR1",
		"XKRG_SIGNAL=USR1",
		(char *)(uintptr_t)variable,
		"KRG_SIGNAL",
		"KRG_FORCE_=1",
		NULL,
	};

	memset(&settings, '#', sizeof(settings));
	settings_read(&settings, environment);
}

static void expect_defaults(const char *why)
{
	cr_expect_eq(settings.signal, SIGUSR2, "%s", why);
	cr_expect_eq(settings.codec, CODEC_ZLIB, "%s", why);
	cr_expect_eq(settings.level, 1, "%s", why);
	cr_expect_eq(settings.force, 0, "%s", why);
	cr_expect_eq(settings.timeout, 10, "%s", why);
	cr_expect_eq(settings.embed, EMBED_ELF, "%s", why);
	cr_expect_eq(settings.interval, 0, "%s", why);
	cr_expect_eq(settings.keep, 0, "%s", why);
	cr_expect_str_empty(settings.log, "%s", why);
}

/* `path` behind the working directory. */
static const char *here(const char *path)
{
	static char whole[SETTINGS_PATH];
	char directory[SETTINGS_PATH / 2];

	cr_assert(getcwd(directory, sizeof(directory)));
	snprintf(whole, sizeof(whole), "%s/%s", directory, path);
	return whole;
}

Test(settings, without_variables_are_the_defaults)
{
	char *const none[] = { NULL };

	settings_read(&settings, none);
	expect_defaults("none");
	cr_expect_str_empty(settings.error);
	cr_expect_str_eq(settings.pattern, here("%e-%p.ghost"));
	memset(&settings, '#', sizeof(settings));
	settings_read(&settings, NULL);
	expect_defaults("no environment");
	read_with("KRG_OTHER=1");
	expect_defaults("similar names");
	cr_expect_str_empty(settings.error);
}

Test(settings, that_are_empty_are_not_there)
{
	char *const empty[] = {
		"KRG_SIGNAL=", "KRG_CODEC=", "KRG_FORCE=", "KRG_TIMEOUT=",
		"KRG_GHOST=",  "KRG_LOG=",   "KRG_EMBED=", "KRG_INTERVAL=", "KRG_KEEP=", NULL,
	};

	settings_read(&settings, empty);
	expect_defaults("empty");
	cr_expect_str_empty(settings.error);
	cr_expect_str_eq(settings.pattern, here("%e-%p.ghost"));
}

Test(settings, all_together)
{
	char *const environment[] = {
		"KRG_SIGNAL=SIGWINCH", "KRG_CODEC=zlib:6", "KRG_FORCE=1", "KRG_TIMEOUT=60",
		"KRG_GHOST=/g/%n",     "KRG_LOG=/l/og",    "KRG_EMBED=none", "KRG_INTERVAL=10m", "KRG_KEEP=3",
		NULL,
	};

	settings_read(&settings, environment);
	cr_expect_eq(settings.signal, SIGWINCH);
	cr_expect_eq(settings.codec, CODEC_ZLIB);
	cr_expect_eq(settings.level, 6);
	cr_expect_eq(settings.force, 1);
	cr_expect_eq(settings.timeout, 60);
	cr_expect_eq(settings.embed, EMBED_NONE);
	cr_expect_eq(settings.interval, 600000);
	cr_expect_eq(settings.keep, 3);
	cr_expect_str_eq(settings.pattern, "/g/%n");
	cr_expect_str_eq(settings.log, "/l/og");
	cr_expect_str_empty(settings.error);
}

Test(settings, intervals_and_numbers_of_ghosts)
{
	static const char *const wrong[] = {
		"KRG_INTERVAL=0", "KRG_INTERVAL=soon", "KRG_INTERVAL=-1", "KRG_KEEP=0",
		"KRG_KEEP=1001",  "KRG_KEEP=all",      "KRG_KEEP=1m",
	};

	read_with("KRG_INTERVAL=0.5");
	cr_expect_eq(settings.interval, 500);
	read_with("KRG_KEEP=1000");
	cr_expect_eq(settings.keep, 1000);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		read_with(wrong[i]);
		expect_defaults(wrong[i]);
		cr_expect_str_not_empty(settings.error, "%s", wrong[i]);
	}
}

Test(settings, the_first_of_two_counts)
{
	char *const twice[] = { "KRG_TIMEOUT=20", "KRG_TIMEOUT=30", NULL };

	settings_read(&settings, twice);
	cr_expect_eq(settings.timeout, 20, "as with getenv(3)");
}

Test(settings, signals_by_name_and_number)
{
	static const struct {
		const char *variable;
		int number;
	} signals[] = {
		{ "KRG_SIGNAL=USR1", SIGUSR1 }, { "KRG_SIGNAL=SIGUSR1", SIGUSR1 },
		{ "KRG_SIGNAL=HUP", SIGHUP },   { "KRG_SIGNAL=SIGSTKFLT", SIGSTKFLT },
		{ "KRG_SIGNAL=1", SIGHUP },     { "KRG_SIGNAL=10", SIGUSR1 },
		{ "KRG_SIGNAL=34", 34 },        { "KRG_SIGNAL=64", 64 },
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		read_with(signals[i].variable);
		cr_expect_eq(settings.signal, signals[i].number, "%s", signals[i].variable);
		cr_expect_str_empty(settings.error, "%s", signals[i].variable);
	}
}

Test(settings, codecs_and_levels)
{
	read_with("KRG_CODEC=none");
	cr_expect_eq(settings.codec, CODEC_NONE);
	cr_expect_str_empty(settings.error);
	for (char level = '1'; level <= '9'; level++) {
		char variable[] = "KRG_CODEC=zlib:0";

		variable[sizeof(variable) - 2] = level;
		read_with(variable);
		cr_expect_eq(settings.codec, CODEC_ZLIB);
		cr_expect_eq(settings.level, level - '0');
		cr_expect_str_empty(settings.error);
	}
}

Test(settings, the_least_and_the_longest_time)
{
	read_with("KRG_TIMEOUT=1");
	cr_expect_eq(settings.timeout, 1);
	cr_expect_str_empty(settings.error);
	read_with("KRG_TIMEOUT=86400");
	cr_expect_eq(settings.timeout, 86400);
	cr_expect_str_empty(settings.error);
}

Test(settings, force_is_anything_but_nothing)
{
	read_with("KRG_FORCE=0");
	cr_expect_eq(settings.force, 0);
	read_with("KRG_FORCE=1");
	cr_expect_eq(settings.force, 1);
	read_with("KRG_FORCE=yes");
	cr_expect_eq(settings.force, 1);
}

Test(settings, what_is_embedded)
{
	read_with("KRG_EMBED=none");
	cr_expect_eq(settings.embed, EMBED_NONE);
	read_with("KRG_EMBED=elf");
	cr_expect_eq(settings.embed, EMBED_ELF);
	read_with("KRG_EMBED=all");
	cr_expect_eq(settings.embed, EMBED_ALL);
	cr_expect_str_empty(settings.error);
}

/* SIGKILL and SIGSTOP cannot be caught, 32 and 33 belong to libc; several numbers
 * would be good ones if they were cut to 32 or 64 bits. */
Test(settings, rubbish_is_ignored_and_told)
{
	static const char *const rubbish[] = {
		"KRG_SIGNAL=KILL",
		"KRG_SIGNAL=SIGSTOP",
		"KRG_SIGNAL=9",
		"KRG_SIGNAL=19",
		"KRG_SIGNAL=32",
		"KRG_SIGNAL=33",
		"KRG_SIGNAL=65",
		"KRG_SIGNAL=0",
		"KRG_SIGNAL=-1",
		"KRG_SIGNAL=010",
		"KRG_SIGNAL=10x",
		"KRG_SIGNAL=usr1",
		"KRG_SIGNAL=SIG",
		"KRG_SIGNAL= USR1",
		"KRG_SIGNAL=2147483649",
		"KRG_SIGNAL=4294967306",
		"KRG_SIGNAL=18446744073709551626",
		"KRG_CODEC=lzma",
		"KRG_CODEC=zlib:0",
		"KRG_CODEC=zlib:10",
		"KRG_CODEC=zlib:",
		"KRG_CODEC=zlib:x",
		"KRG_CODEC=zlib:1x",
		"KRG_CODEC=zlib:-1",
		"KRG_CODEC=:1",
		"KRG_CODEC=zlibzlibzlibzlibzlib",
		"KRG_CODEC=zlib:4294967297",
		"KRG_EMBED=ELF",
		"KRG_EMBED=elf,all",
		"KRG_EMBED=1",
		"KRG_TIMEOUT=0",
		"KRG_TIMEOUT=-1",
		"KRG_TIMEOUT=86401",
		"KRG_TIMEOUT=10s",
		"KRG_TIMEOUT=1.5",
		"KRG_TIMEOUT=ten",
		"KRG_TIMEOUT=4294967306",
		"KRG_TIMEOUT=18446744073709551626",
	};

	for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++) {
		read_with(rubbish[i]);
		expect_defaults(rubbish[i]);
		cr_expect(strstr(settings.error, rubbish[i]), "%s is not told: \"%s\"", rubbish[i],
			  settings.error);
	}
}

Test(settings, long_rubbish_is_cut)
{
	char variable[1000] = "KRG_SIGNAL=";

	memset(variable + strlen(variable), 'x', sizeof(variable) - strlen(variable) - 1);
	read_with(variable);
	expect_defaults("long");
	cr_expect_eq(strlen(settings.error), sizeof(settings.error) - 1);
}

Test(settings, relative_names_mean_where_we_started)
{
	read_with("KRG_GHOST=ghosts/%p");
	cr_expect_str_eq(settings.pattern, here("ghosts/%p"));
	read_with("KRG_LOG=my log");
	cr_expect_str_eq(settings.log, here("my log"));
	cr_assert_eq(chdir("/"), 0);
	read_with("KRG_LOG=log");
	cr_expect_str_eq(settings.log, "/log");
}

/* A directory can be called anything; only what the user wrote is a pattern. */
Test(settings, of_a_directory_that_looks_like_a_pattern)
{
	char directory[] = "/tmp/100%p %e XXXXXX";
	char name[SETTINGS_PATH], expected[SETTINGS_PATH];

	cr_assert(mkdtemp(directory));
	cr_assert_eq(chdir(directory), 0);
	read_with("KRG_GHOST=a%p");
	cr_expect_eq(settings_ghost_name(&settings, 7, 0, 0, name, sizeof(name)), 0);
	snprintf(expected, sizeof(expected), "%s/a7", directory);
	cr_expect_str_eq(name, expected);
	read_with("KRG_LOG=log");
	snprintf(expected, sizeof(expected), "%s/log", directory);
	cr_expect_str_eq(settings.log, expected);
	rmdir(directory);
}

Test(settings, of_a_directory_that_is_gone)
{
	char directory[] = "/tmp/settings-XXXXXX";

	cr_assert(mkdtemp(directory));
	cr_assert_eq(chdir(directory) | rmdir(directory), 0);
	read_with("KRG_GHOST=a");
	cr_expect_str_eq(settings.pattern, "/tmp/a");
}

static const char *long_variable(const char *name, size_t length)
{
	static char variable[2 * SETTINGS_PATH];
	size_t start = (size_t)sprintf(variable, "%s=/", name);

	memset(variable + start, 'x', length - 1);
	variable[start + length - 1] = '\0';
	return variable;
}

Test(settings, names_as_long_as_can_be)
{
	read_with(long_variable("KRG_GHOST", SETTINGS_PATH - 1));
	cr_expect_eq(strlen(settings.pattern), SETTINGS_PATH - 1);
	cr_expect_str_empty(settings.error);
	read_with(long_variable("KRG_LOG", SETTINGS_PATH - 1));
	cr_expect_eq(strlen(settings.log), SETTINGS_PATH - 1);
	cr_expect_str_empty(settings.error);
}

Test(settings, names_that_are_too_long_are_ignored_and_told)
{
	read_with(long_variable("KRG_GHOST", SETTINGS_PATH));
	cr_expect_str_eq(settings.pattern, here("%e-%p.ghost"));
	cr_expect(strstr(settings.error, "KRG_GHOST"), "\"%s\"", settings.error);
	read_with(long_variable("KRG_LOG", SETTINGS_PATH));
	cr_expect_str_empty(settings.log);
	cr_expect(strstr(settings.error, "KRG_LOG"), "\"%s\"", settings.error);
}

Test(settings, know_program_and_host)
{
	char path[SETTINGS_PATH] = "", host[256] = "";
	const char *name;

	cr_assert_gt(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
	cr_assert_eq(gethostname(host, sizeof(host) - 1), 0);
	name = strrchr(path, '/') + 1;
	read_with("KRG_OTHER=1");
	cr_expect_eq(strncmp(settings.name, name, sizeof(settings.name) - 1), 0);
	cr_expect_eq(strncmp(settings.host, host, sizeof(settings.host) - 1), 0);
}

static const char *name_of(const char *pattern)
{
	static char name[256];

	strcpy(settings.pattern, pattern);
	strcpy(settings.name, "pro%p");
	strcpy(settings.host, "ho.st");
	cr_assert_eq(settings_ghost_name(&settings, 1234, 4294967295, 1795406400123, name,
					 sizeof(name)),
		     0, "%s", pattern);
	return name;
}

Test(settings_name, is_made_from_its_pattern)
{
	cr_expect_str_eq(name_of("/plain"), "/plain");
	cr_expect_str_eq(name_of("/%e"), "/pro%p");
	cr_expect_str_eq(name_of("%p"), "1234");
	cr_expect_str_eq(name_of("%h"), "ho.st");
	cr_expect_str_eq(name_of("%n"), "4294967295");
	cr_expect_str_eq(name_of("%t"), "1795406400123");
	cr_expect_str_eq(name_of("%%"), "%");
	cr_expect_str_eq(name_of("/%h/%e-%p.%n.%t.ghost"),
			 "/ho.st/pro%p-1234.4294967295.1795406400123.ghost");
}

Test(settings_name, keeps_what_it_does_not_know)
{
	cr_expect_str_eq(name_of("%x%E%1"), "%x%E%1");
	cr_expect_str_eq(name_of("%%p%%%p"), "%p%1234");
	cr_expect_str_eq(name_of("100%"), "100%");
	cr_expect_str_eq(name_of("%"), "%");
	cr_expect_str_eq(name_of("50%/x"), "50%/x");
}

Test(settings_name, fits_or_is_refused)
{
	char name[12];

	strcpy(settings.pattern, "/123456%p");
	cr_expect_eq(settings_ghost_name(&settings, 9876, 0, 0, name, 12), 0);
	cr_expect_str_eq(name, "/1234569876");
	memset(name, '#', sizeof(name));
	cr_expect_eq(settings_ghost_name(&settings, 9876, 0, 0, name, 11), -ENAMETOOLONG);
	cr_expect_eq(name[11], '#', "nothing is written behind the buffer");
	cr_expect_eq(settings_ghost_name(&settings, 9876, 0, 0, name, 0), -ENAMETOOLONG);
	settings.pattern[0] = '\0';
	cr_expect_eq(settings_ghost_name(&settings, 1, 0, 0, name, 12), -ENAMETOOLONG);
}
