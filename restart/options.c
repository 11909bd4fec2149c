/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What krg-resume was asked for. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "say.h"

static const char usage[] =
	"Usage: krg-resume [OPTION]... IMAGE.ghost\n"
	"Bring the program in a ghost back to life and wait for its end.\n"
	"\n"
	"  --pids=auto        the old process ids on this host if allowed and free,\n"
	"                     else in a namespace of their own (default)\n"
	"  --pids=host        the old ids on this host, or fail\n"
	"  --pids=namespace   the old ids in a namespace\n"
	"  --fd N=PATH        descriptor N becomes PATH instead of what it was;\n"
	"  --fd N=inherit     or krg-resume's own descriptor N; or /dev/null\n"
	"  --fd N=null\n"
	"  --eager            read all memory before the program goes on, and check it\n"
	"  --trust            resume a ghost that belongs to another user or that\n"
	"                     others may write\n"
	"  --plan             print the steps of the restart and do nothing\n"
	"  -v, --verbose      tell what is done\n"
	"  -h, --help         this text\n"
	"  -V, --version      the version\n"
	"\n"
	"The exit status is that of the program; 128 and the number of the signal\n"
	"that ended it if krg-resume could not end by the same signal; 125 when\n"
	"krg-resume itself failed.\n";

static const struct option known[] = {
	{ "pids", required_argument, NULL, 'p' },
	{ "fd", required_argument, NULL, 'f' },
	{ "eager", no_argument, NULL, 'e' },
	{ "trust", no_argument, NULL, 't' },
	{ "plan", no_argument, NULL, 'P' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void take_ids(struct options *options, const char *value)
{
	if (!strcmp(value, "auto"))
		options->ids = IDS_AUTO;
	else if (!strcmp(value, "host"))
		options->ids = IDS_HOST;
	else if (!strcmp(value, "namespace"))
		options->ids = IDS_NAMESPACE;
	else
		die("--pids=%s: known are auto, host and namespace", value);
}

static void take_redirect(struct options *options, const char *value)
{
	struct redirect *redirect = &options->redirects[options->redirect_count];
	char *end;
	long fd = strtol(value, &end, 10);

	if (end == value || *end != '=' || !end[1] || fd < 0 || fd > 1 << 20)
		die("--fd %s: should be N=PATH, N=inherit or N=null", value);
	if (options->redirect_count == REDIRECTS_MAX)
		die("--fd can be given %d times at most", REDIRECTS_MAX);
	redirect->fd = (int)fd;
	redirect->to = end + 1;
	options->redirect_count++;
}

static void take(struct options *options, int letter)
{
	switch (letter) {
	case 'p':
		take_ids(options, optarg);
		break;
	case 'f':
		take_redirect(options, optarg);
		break;
	case 'e':
		options->eager = 1;
		break;
	case 't':
		options->trust = 1;
		break;
	case 'P':
		options->plan = 1;
		break;
	case 'v':
		options->verbose = 1;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	case 'V':
		puts("krg-resume (" PACKAGE_NAME ") " PACKAGE_VERSION);
		exit(0);
	}
}

static int is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

void options_read(struct options *options, int count, char **arguments)
{
	int letter;

	memset(options, 0, sizeof(*options));
	options->force = is_set("KRG_FORCE");
	options->elsewhere = is_set("KRG_ELSEWHERE");
	opterr = 0;
	while ((letter = getopt_long(count, arguments, ":hvV", known, NULL)) >= 0) {
		if (letter == ':')
			die("%s needs a value (krg-resume --help)", arguments[optind - 1]);
		if (letter == '?')
			die("%s is not an option (krg-resume --help)", arguments[optind - 1]);
		take(options, letter);
	}
	if (optind + 1 != count)
		die(optind == count ? "which ghost? (krg-resume --help)"
				    : "one ghost at a time (krg-resume --help)");
	options->image = arguments[optind];
}
