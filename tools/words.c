/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people read and type: amounts, names from elsewhere, paths. */
#include "words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

const char *words_amount(uint64_t bytes, char buffer[WORDS_AMOUNT])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double amount = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(buffer, WORDS_AMOUNT, "%u B", (unsigned int)bytes);
		return buffer;
	}
	/* 1023.95 would be shown as 1024.0. */
	while (amount >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		amount /= 1024;
		unit++;
	}
	snprintf(buffer, WORDS_AMOUNT, "%.1f %s", amount, units[unit]);
	return buffer;
}

void words_plain(char *text)
{
	for (; *text; text++) {
		unsigned char letter = (unsigned char)*text;

		if (letter < ' ' || letter == 0x7f)
			*text = '?';
	}
}

int words_absolute(const char *path, char *absolute, size_t size)
{
	char here[PATH_MAX] = "";
	const char *slash = "";
	int length;

	if (path[0] != '/') {
		if (!getcwd(here, sizeof(here)))
			return -errno;
		slash = here[1] ? "/" : ""; /* in the root there is one already */
	}
	length = snprintf(absolute, size, "%s%s%s", here, slash, path);
	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}
