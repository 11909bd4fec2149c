/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-resume's own words, on standard error. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *speaker = "krg-resume";

void say_as(const char *name)
{
	speaker = name;
}

/* One write, so that lines of several processes do not mix; the descriptor may
 * be a raised copy in a child, so it is not stdio's. */
static void say(const char *format, va_list arguments)
{
	char line[1024];
	size_t start = (size_t)snprintf(line, sizeof(line), "%s: ", speaker);
	int length = vsnprintf(line + start, sizeof(line) - start - 1, format, arguments);
	size_t end = start + (length < 0 ? 0 : (size_t)length);

	if (end > sizeof(line) - 2)
		end = sizeof(line) - 2;
	line[end++] = '\n';
	if (write(2, line, end) < 0)
		return;
}

void warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

static void (*undo_first)(void);

void die_first(void (*undo)(void))
{
	undo_first = undo;
}

void die(const char *format, ...)
{
	va_list arguments;

	if (undo_first)
		undo_first();
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	_exit(SAY_FAILED);
}
