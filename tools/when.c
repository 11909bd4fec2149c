/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A moment, for people. */
#include "when.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

const char *when_text(int64_t seconds, char buffer[WHEN_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm date;

	if (!localtime_r(&time, &date) ||
	    !strftime(buffer, WHEN_SIZE, "%Y-%m-%d %H:%M:%S %z", &date))
		snprintf(buffer, WHEN_SIZE, "@%" PRId64, seconds);
	return buffer;
}
