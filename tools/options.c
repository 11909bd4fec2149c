/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command lines of the tools have in common. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>

int options_failure(int found, char **argv, int status, struct failure *failure)
{
	/* For a long option that it does not know, getopt leaves optopt at 0; for one
	 * that has a value too many, it is the option's letter. */
	if (found == ':')
		return failure_set(failure, status, "option -%c needs a value: see --help", optopt);
	if (!optopt)
		return failure_set(failure, status, "there is no option %s: see --help",
				   argv[optind - 1]);
	return failure_set(failure, status,
			   "there is no option -%c, or it takes no value: see --help", optopt);
}

int options_show(const char *text, int status)
{
	return fputs(text, stdout) < 0 || fflush(stdout) ? status : 0;
}
