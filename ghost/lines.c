/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of /proc, line by line, through a buffer that is smaller than the file. */
#include "lines.h"

#include <errno.h>
#include <string.h>

#include "sys.h"

/* All complete lines of the buffer; *taken is how many bytes they were. */
static int take_lines(char *buffer, size_t length, size_t *taken,
		      int (*visit)(char *line, void *argument), void *argument)
{
	char *end;
	int result = 0;

	*taken = 0;
	while (!result && (end = memchr(buffer + *taken, '\n', length - *taken))) {
		*end = '\0';
		result = visit(buffer + *taken, argument);
		*taken = (size_t)(end - buffer) + 1;
	}
	return result;
}

int lines_each(int file, char *buffer, size_t size, int (*visit)(char *line, void *argument),
	       void *argument)
{
	size_t kept = 0, taken;
	long got = 0;
	int result = 0;

	while (!result && (got = sys_read(file, buffer + kept, size - kept)) > 0) {
		result = take_lines(buffer, kept + (size_t)got, &taken, visit, argument);
		kept = kept + (size_t)got - taken;
		memmove(buffer, buffer + taken, kept);
		if (kept == size)
			result = -E2BIG;
	}
	return result ? result : got < 0 ? (int)got : 0;
}
