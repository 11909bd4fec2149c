/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A length of time as people write it. */
#include "duration.h"

#include <string.h>

#define DIGITS_MAX 9

static uint64_t unit(const char *letter)
{
	static const struct {
		char letter;
		uint64_t milliseconds;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };

	if (!*letter)
		return 1000;
	for (uint32_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*letter == units[i].letter && !letter[1])
			return units[i].milliseconds;
	return 0;
}

uint64_t duration_parse(const char *text)
{
	uint64_t number = 0, divisor = 1, result;
	uint32_t digits = 0;
	int point = 0;

	for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
		if (*text == '.') {
			if (point++)
				return 0;
			continue;
		}
		if (++digits > DIGITS_MAX)
			return 0;
		number = number * 10 + (uint64_t)(*text - '0');
		divisor *= point ? 10 : 1;
	}
	if (!digits)
		return 0;
	result = number * unit(text) / divisor;
	return result > DURATION_MAX ? 0 : result;
}
