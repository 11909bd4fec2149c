/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-checkpoint: asks a running program for a ghost, and tells how it went. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "errand.h"
#include "failure.h"
#include "interrupt.h"
#include "options.h"
#include "signals.h"
#include "survey.h"
#include "target.h"
#include "words.h"

#define TIMEOUT_MAX 1e9 /* seconds, some thirty years */

static const char help[] =
	"Usage: krg-checkpoint [options] PID\n"
	"Writes a program that was started with krg-run, and all its processes, into a\n"
	"ghost, while it goes on running. PID is any process of it, or its krg-resume.\n"
	"\n"
	"  -k, --kill              end the program once its ghost is whole\n"
	"  -n, --dry-run           make none, but tell what would stop or weaken it\n"
	"  -o, --output FILE       the ghost's name, instead of the program's own choice\n"
	"  -t, --timeout SECONDS   wait no longer (the checkpoint itself goes on)\n"
	"  -q, --quiet             print errors only\n"
	"  -s, --signal SIGNAL     how the program is asked (its KRG_SIGNAL, or USR2)\n"
	"  -h, --help              this text\n"
	"  -V, --version           the version\n"
	"\n"
	"Prints: NAME  SIZE  pause TIME ms  total TIME s\n"
	"Exit status: 0 there is a ghost (could be one, with --dry-run), 1 there is none,\n"
	"2 nothing was asked.\n";

static const char version[] = "krg-checkpoint (" PACKAGE_NAME ") " PACKAGE_VERSION "\n";

static const struct option long_options[] = {
	{ "kill", no_argument, NULL, 'k' },          { "dry-run", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "timeout", required_argument, NULL, 't' }, { "quiet", no_argument, NULL, 'q' },
	{ "signal", required_argument, NULL, 's' },  { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },       { NULL, 0, NULL, 0 },
};

struct wish {
	int kill;
	int dry;
	int quiet;
	int signal; /* 0: as the program was started */
	double timeout; /* seconds; 0 for none */
	char output[MAILBOX_PATH];
};

static int set_output(const char *value, struct wish *wish, struct failure *failure)
{
	int error = *value ? words_absolute(value, wish->output, sizeof(wish->output)) : -ENOENT;

	return error ? failure_set(failure, TARGET_REFUSED,
				   "the ghost's name cannot be used (%s): give another than \"%s\"",
				   strerror(-error), value)
		     : 0;
}

static int set_timeout(const char *value, struct wish *wish, struct failure *failure)
{
	char *end;

	wish->timeout = strtod(value, &end);
	if (end != value && !*end && wish->timeout > 0 && wish->timeout <= TIMEOUT_MAX)
		return 0;
	return failure_set(failure, TARGET_REFUSED,
			   "\"%s\" is not a time: give seconds, as in --timeout 2.5", value);
}

static int set_signal(const char *value, struct wish *wish, struct failure *failure)
{
	wish->signal = signals_number(value);
	if (wish->signal > 0)
		return 0;
	return failure_set(failure, TARGET_REFUSED,
			   "\"%s\" is not a signal that asks for a checkpoint: give the one that "
			   "krg-run was given",
			   value);
}

enum request { REQUEST_CHECKPOINT, REQUEST_HELP, REQUEST_VERSION };

/* A value of enum request, or -1.  optind is then the place of the PID. */
static int read_options(int argc, char **argv, struct wish *wish, struct failure *failure)
{
	int option, error = 0;

	while (!error &&
	       (option = getopt_long(argc, argv, ":kno:t:qs:hV", long_options, NULL)) != -1) {
		switch (option) {
		case 'k':
			wish->kill = 1;
			break;
		case 'n':
			wish->dry = 1;
			break;
		case 'o':
			error = set_output(optarg, wish, failure);
			break;
		case 't':
			error = set_timeout(optarg, wish, failure);
			break;
		case 'q':
			wish->quiet = 1;
			break;
		case 's':
			error = set_signal(optarg, wish, failure);
			break;
		case 'h':
			return REQUEST_HELP;
		case 'V':
			return REQUEST_VERSION;
		default:
			error = options_failure(option, argv, TARGET_REFUSED, failure);
		}
	}
	if (!error && wish->dry && wish->kill)
		error = failure_set(failure, TARGET_REFUSED,
				    "--dry-run makes no ghost, so nothing is to be killed after it: "
				    "leave out --kill");
	return error ? -1 : REQUEST_CHECKPOINT;
}

static int print_answer(struct mailbox *answer, struct failure *failure)
{
	char size[WORDS_AMOUNT];

	words_plain(answer->ghost);
	printf("%s  %s  pause %.1f ms  total %.2f s\n", answer->ghost,
	       words_amount(answer->ghost_size, size), (double)answer->pause / 1e3,
	       (double)answer->total / 1e6);
	if (!fflush(stdout))
		return 0;
	return failure_set(failure, TARGET_REFUSED, "the ghost %s is whole, but stdout: %m",
			   answer->ghost);
}

/* The mailbox exists only within this function, whatever happens. */
static int checkpoint(const struct target *target, const struct wish *wish, int *interrupted,
		      struct failure *failure)
{
	uint32_t flags = (wish->kill ? MAILBOX_KILL : 0) | (wish->dry ? MAILBOX_DRY : 0);
	struct mailbox answer;
	struct box box;
	struct errand errand = {
		.target = target,
		.box = &box,
		.interrupts = interrupt_watch(),
		.kill = wish->kill,
		.timeout = wish->timeout,
	};
	int error;

	if (errand.interrupts < 0)
		return failure_set(failure, TARGET_REFUSED, "signals cannot be watched: %s",
				   strerror(-errand.interrupts));
	if (box_open(&box, target, flags, wish->output, failure))
		return -1;
	error = errand_run(&errand, !wish->quiet, &answer, failure);
	if (!error && wish->dry)
		error = survey_print(&box, &answer, target->pid, wish->quiet, failure);
	else if (!error && !wish->quiet)
		error = print_answer(&answer, failure);
	box_remove(&box);
	*interrupted = errand.interrupted;
	return error;
}

static int run(char **arguments, const struct wish *wish, struct failure *failure)
{
	struct target target;
	int interrupted = 0;
	int error;

	if (!arguments[0] || arguments[1])
		return failure_set(failure, TARGET_REFUSED,
				   "which process? krg-checkpoint [options] PID");
	if (target_find(arguments[0], wish->signal, &target, failure))
		return -1;
	error = checkpoint(&target, wish, &interrupted, failure);
	target_close(&target);
	if (interrupted) {
		failure_print(failure, "krg-checkpoint");
		interrupt_end(interrupted);
	}
	return error;
}

int main(int argc, char **argv)
{
	struct failure failure = { 0 };
	struct wish wish = { 0 };

	switch (read_options(argc, argv, &wish, &failure)) {
	case REQUEST_HELP:
		return options_show(help, TARGET_REFUSED);
	case REQUEST_VERSION:
		return options_show(version, TARGET_REFUSED);
	case REQUEST_CHECKPOINT:
		if (!run(argv + optind, &wish, &failure))
			return 0;
	}
	return failure_print(&failure, "krg-checkpoint");
}
