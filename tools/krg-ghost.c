/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost: looks at ghosts, checks them, lists them, removes them. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "failure.h"
#include "options.h"

static const char help[] =
	"Usage: krg-ghost command [options] name...\n"
	"Works with ghosts, the files that krg-checkpoint makes and krg-resume takes.\n"
	"\n"
	"  info FILE...      what is in a ghost: program, threads, memory, descriptors\n"
	"    -j, --json        the same for programs\n"
	"  verify FILE...    reads and unpacks all of it\n"
	"  list DIRECTORY... the ghosts there; damaged ones with the reason (but pages are\n"
	"                    read by verify only)\n"
	"  rm FILE...        removes ghosts, whole or not, and nothing that is none\n"
	"\n"
	"  -h, --help        this text\n"
	"  -V, --version     the version\n"
	"\n"
	"Exit status: 0; 1 where a ghost is damaged, missing or no ghost; 2 where the\n"
	"command line is wrong.\n";

static const struct command {
	const char *name;
	int (*run)(const char *name, struct failure *failure);
	int (*run_json)(const char *name, struct failure *failure); /* NULL: no --json */
} commands[] = {
	{ "info", command_info, command_info_json },
	{ "verify", command_verify, NULL },
	{ "list", command_list, NULL },
	{ "rm", command_remove, NULL },
};

struct wish {
	const struct command *command;
	int json;
	const char *shown; /* instead of all else: the help or the version */
	char **names;
};

static int find_command(const char *name, struct wish *wish, struct failure *failure)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name))
			continue;
		wish->command = &commands[i];
		return 0;
	}
	return failure_set(failure, COMMAND_USAGE, "there is no command %s: see --help", name);
}

static int parse_options(int argc, char **argv, struct wish *wish, struct failure *failure)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int found;

	while ((found = getopt_long(argc, argv, ":hjV", options, NULL)) >= 0) {
		if (found == 'h')
			wish->shown = help;
		else if (found == 'V')
			wish->shown = "krg-ghost (krgghost) " PACKAGE_VERSION "\n";
		else if (found == 'j')
			wish->json = 1;
		else
			return options_failure(found, argv, COMMAND_USAGE, failure);
	}
	wish->names = argv + optind;
	return 0;
}

/* The command is the first name, wherever the options are. */
static int parse(int argc, char **argv, struct wish *wish, struct failure *failure)
{
	if (parse_options(argc, argv, wish, failure))
		return -1;
	if (wish->shown)
		return 0;
	if (!wish->names[0])
		return failure_set(failure, COMMAND_USAGE, "what is to be done? See --help");
	if (find_command(*wish->names++, wish, failure))
		return -1;
	if (wish->json && !wish->command->run_json)
		return failure_set(failure, COMMAND_USAGE, "%s has no --json: see --help",
				   wish->command->name);
	if (!wish->names[0])
		return failure_set(failure, COMMAND_USAGE, "%s of what? See --help",
				   wish->command->name);
	return 0;
}

/* One that fails does not keep the others from their turn. */
static int run(const struct wish *wish)
{
	struct failure failure;
	int status = COMMAND_OK;

	for (char **name = wish->names; *name; name++) {
		int (*work)(const char *, struct failure *) =
			wish->json ? wish->command->run_json : wish->command->run;

		if (!work(*name, &failure))
			continue;
		fflush(stdout);
		status = failure_print(&failure, "krg-ghost");
	}
	return status;
}

int main(int argc, char **argv)
{
	struct wish wish = { 0 };
	struct failure failure;
	int status;

	setlocale(LC_CTYPE, "");
	if (parse(argc, argv, &wish, &failure))
		return failure_print(&failure, "krg-ghost");
	if (wish.shown)
		return options_show(wish.shown, COMMAND_DAMAGED);
	status = run(&wish);
	if (fflush(stdout) || ferror(stdout)) {
		failure_set(&failure, COMMAND_DAMAGED, "cannot write: %s", strerror(errno));
		return failure_print(&failure, "krg-ghost");
	}
	return status;
}
