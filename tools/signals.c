/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which signal asks for a checkpoint, as people write it. */
#include "signals.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int by_digits(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	return *end || number < 1 || number > SIGRTMAX ? -EINVAL : (int)number;
}

/* "RTMIN", "RTMIN+2", "RTMAX-1". */
static int by_real_time_name(const char *text)
{
	int low = !strncasecmp(text, "RTMIN", 5);
	const char *rest = text + 5;
	long offset = 0;
	char *end;

	if (!low && strncasecmp(text, "RTMAX", 5))
		return -EINVAL;
	if (*rest) {
		if (!strchr("+-", rest[0]) || !isdigit((unsigned char)rest[1]))
			return -EINVAL;
		offset = strtol(rest, &end, 10);
		if (*end)
			return -EINVAL;
	}
	/* 0 is the end itself; away from it only inwards. */
	if (low ? offset < 0 : offset > 0)
		return -EINVAL;
	if (offset > SIGRTMAX - SIGRTMIN || offset < SIGRTMIN - SIGRTMAX)
		return -EINVAL;
	return (low ? SIGRTMIN : SIGRTMAX) + (int)offset;
}

static int by_name(const char *text)
{
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (int i = 1; i < 32; i++) {
		const char *name = sigabbrev_np(i);

		if (name && !strcasecmp(text, name))
			return i;
	}
	return by_real_time_name(text);
}

static int is_spared(int number)
{
	switch (number) {
	case SIGKILL:
	case SIGSTOP:
	case SIGILL:
	case SIGTRAP:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV:
	case SIGSYS:
		return 0;
	default:
		/* What lies between the two ranges is libc's: cancellation, setuid. */
		return number < 32 || number >= SIGRTMIN;
	}
}

int signals_number(const char *text)
{
	int number = isdigit((unsigned char)text[0]) ? by_digits(text) : by_name(text);

	if (number < 0)
		return number;
	return is_spared(number) ? number : -EPERM;
}

const char *signals_name(int number, char buffer[SIGNALS_NAME])
{
	const char *name = sigabbrev_np(number);

	if (name)
		snprintf(buffer, SIGNALS_NAME, "SIG%s", name);
	else
		snprintf(buffer, SIGNALS_NAME, "SIGRTMIN+%d", number - SIGRTMIN);
	return buffer;
}
