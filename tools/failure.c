/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a tool cannot go on: one line for a person, one status for a script. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "words.h"

int failure_set(struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;

	failure->status = status;
	va_start(arguments, format);
	vsnprintf(failure->line, sizeof(failure->line), format, arguments);
	va_end(arguments);
	return -1;
}

int failure_print(struct failure *failure, const char *tool)
{
	words_plain(failure->line);
	fprintf(stderr, "%s: %s\n", tool, failure->line);
	return failure->status;
}
