/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-run: starts a program under krgghost, or says at once why that cannot work. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../ghost/codec.h"
#include "../ghost/duration.h"
#include "../ghost/text.h"
#include "again.h"
#include "executable.h"
#include "failure.h"
#include "library.h"
#include "options.h"
#include "program.h"
#include "signals.h"
#include "words.h"

#define KEEP_MAX 1000 /* the shim's limit */

static const char help[] =
	"Usage: krg-run [options] program [arguments]\n"
	"Starts a program that can be written into a ghost at any moment:\n"
	"  krg-checkpoint PID, or kill -USR2 PID; then krg-resume FILE.ghost\n"
	"\n"
	"  -o, --output PATTERN        the ghost's name (KRG_GHOST; %e-%p.ghost): %e program,\n"
	"                              %p process id, %h host, %n number, %t Unix time\n"
	"  -c, --codec CODEC[:LEVEL]   how it is packed (KRG_CODEC; zlib): zlib, none\n"
	"  -s, --signal SIGNAL         what asks for a checkpoint (KRG_SIGNAL; USR2)\n"
	"  -l, --log FILE              where krgghost writes what it does (KRG_LOG)\n"
	"  -i, --interval TIME         a ghost each so many seconds, or 10m, 2h (KRG_INTERVAL)\n"
	"  -k, --keep NUMBER           so many ghosts stay, if their names differ (KRG_KEEP)\n"
	"  -r, --resume                go on from the newest whole ghost of this program, or\n"
	"                              start it; the ghosts are removed after status 0\n"
	"  -K, --keep-ghosts           not even then\n"
	"  -f, --force                 warn of what cannot be carried, go on (KRG_FORCE=1)\n"
	"  -L, --library FILE          the libkrgghost.so to use\n"
	"  -h, --help                  this text\n"
	"  -V, --version               the version\n"
	"\n"
	"Exit status: the program's; 125 where it cannot work under krgghost, 126 where it\n"
	"cannot be started, 127 where it cannot be found.\n";

static const char version[] = "krg-run (" PACKAGE_NAME ") " PACKAGE_VERSION "\n";

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "codec", required_argument, NULL, 'c' },
	{ "signal", required_argument, NULL, 's' },
	{ "log", required_argument, NULL, 'l' },
	{ "interval", required_argument, NULL, 'i' },
	{ "keep", required_argument, NULL, 'k' },
	{ "resume", no_argument, NULL, 'r' },
	{ "keep-ghosts", no_argument, NULL, 'K' },
	{ "force", no_argument, NULL, 'f' },
	{ "library", required_argument, NULL, 'L' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int set_variable(const char *name, const char *value, struct failure *failure)
{
	if (!*value)
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "the value for %s is empty: leave the option out", name);
	if (setenv(name, value, 1) < 0)
		return failure_set(failure, EXECUTABLE_REFUSED, "%s cannot be set: %m", name);
	return 0;
}

static int refuse_codec(const char *value, struct failure *failure)
{
	char names[128];
	struct text text;

	text_open(&text, names, sizeof(names));
	for (uint32_t i = 0; codec_name(i); i++) {
		text_add(&text, " ");
		text_add(&text, codec_name(i));
	}
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "there is no codec \"%s\": take one of these:%s", value, names);
}

static int set_codec(const char *value, struct failure *failure)
{
	size_t length = strcspn(value, ":");
	const char *level = value[length] ? value + length + 1 : NULL;
	char *name = strndup(value, length);
	int known = name && codec_find(name) >= 0;

	free(name);
	if (!known)
		return refuse_codec(value, failure);
	if (level && (strlen(level) != 1 || *level < '1' || *level > '9'))
		return failure_set(
			failure, EXECUTABLE_REFUSED,
			"the level in \"%s\" is not one of 1 to 9: write it as in zlib:6", value);
	return set_variable("KRG_CODEC", value, failure);
}

static int set_signal(const char *value, struct failure *failure)
{
	int number = signals_number(value);
	char digits[16];

	if (number == -EPERM)
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "signal %s cannot ask for a checkpoint, it has a fixed meaning: "
				   "take one like USR1 or RTMIN+1",
				   value);
	if (number < 0)
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "there is no signal \"%s\": kill -l shows them", value);
	snprintf(digits, sizeof(digits), "%d", number);
	return set_variable("KRG_SIGNAL", digits, failure);
}

/* Absolute, because processes of the program may have another current directory. */
static int set_log(const char *value, struct failure *failure)
{
	char path[PATH_MAX];
	int error = words_absolute(value, path, sizeof(path));

	if (error)
		return failure_set(failure, EXECUTABLE_REFUSED, "the path of the log %s: %s", value,
				   strerror(-error));
	return set_variable("KRG_LOG", *value ? path : "", failure);
}

static int set_interval(const char *value, struct failure *failure)
{
	if (duration_parse(value))
		return set_variable("KRG_INTERVAL", value, failure);
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "\"%s\" is not a time: give seconds, or as in 90s, 10m, 2h, 1d", value);
}

static int set_keep(const char *value, struct failure *failure)
{
	size_t digits = strspn(value, "0123456789");

	if (digits && digits < 5 && !value[digits] && *value != '0' && atoi(value) <= KEEP_MAX)
		return set_variable("KRG_KEEP", value, failure);
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "\"%s\" is not a number of ghosts: give one from 1 to %d", value,
			   KEEP_MAX);
}

struct wish {
	const char *library;
	int resume, keep_ghosts;
};

enum request { REQUEST_RUN, REQUEST_HELP, REQUEST_VERSION };

/* Puts the options into the environment; optind is then the program's place.  A
 * value of enum request, or -1. */
static int read_options(int argc, char **argv, struct wish *wish, struct failure *failure)
{
	int option, error = 0;

	while (!error &&
	       (option = getopt_long(argc, argv, "+:o:c:s:l:i:k:rKfL:hV", long_options, NULL)) != -1) {
		switch (option) {
		case 'o':
			error = set_variable("KRG_GHOST", optarg, failure);
			break;
		case 'c':
			error = set_codec(optarg, failure);
			break;
		case 's':
			error = set_signal(optarg, failure);
			break;
		case 'l':
			error = set_log(optarg, failure);
			break;
		case 'i':
			error = set_interval(optarg, failure);
			break;
		case 'k':
			error = set_keep(optarg, failure);
			break;
		case 'r':
			wish->resume = 1;
			break;
		case 'K':
			wish->keep_ghosts = 1;
			break;
		case 'f':
			error = set_variable("KRG_FORCE", "1", failure);
			break;
		case 'L':
			wish->library = optarg;
			break;
		case 'h':
			return REQUEST_HELP;
		case 'V':
			return REQUEST_VERSION;
		default:
			error = options_failure(option, argv, EXECUTABLE_REFUSED, failure);
		}
	}
	if (!error && wish->keep_ghosts && !wish->resume)
		error = failure_set(failure, EXECUTABLE_REFUSED,
				    "without --resume all ghosts stay: leave out --keep-ghosts");
	return error ? -1 : REQUEST_RUN;
}

/* Returns only where it failed. */
static int run(char **arguments, const struct wish *wish, struct failure *failure)
{
	char program[PATH_MAX], image[PATH_MAX], library[PATH_MAX];
	struct again again = {
		.program = program,
		.image = program,
		.library = library,
		.arguments = arguments,
		.keep = wish->keep_ghosts,
	};

	if (!arguments[0])
		return failure_set(failure, EXECUTABLE_REFUSED,
				   "which program? krg-run [options] program [arguments]");
	if (program_find(arguments[0], program, failure) ||
	    program_check(program, image, failure) ||
	    library_find(wish->library, library, failure))
		return -1;
	if (strcmp(image, program))
		again.image = image;
	if (wish->resume)
		return again_run(&again, failure);
	if (library_preload(library, failure))
		return -1;
	execv(program, arguments);
	return failure_set(failure, errno == ENOENT ? EXECUTABLE_MISSING : EXECUTABLE_UNUSABLE,
			   "%s cannot be started: %m", program);
}

int main(int argc, char **argv)
{
	struct failure failure = { 0 };
	struct wish wish = { 0 };

	switch (read_options(argc, argv, &wish, &failure)) {
	case REQUEST_HELP:
		return options_show(help, EXECUTABLE_REFUSED);
	case REQUEST_VERSION:
		return options_show(version, EXECUTABLE_REFUSED);
	case REQUEST_RUN:
		run(argv + optind, &wish, &failure);
		break;
	}
	return failure_print(&failure, "krg-run");
}
