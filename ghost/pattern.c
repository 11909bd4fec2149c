/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pattern that names ghosts (KRG_GHOST): made into a name, and found again in one. */
#include "pattern.h"

#include <errno.h>
#include <string.h>

#include "sys.h"
#include "text.h"

#define DIGITS_MAX 18	/* fits in 64 bits */

/* In a pattern a % of the directory's name must not be taken for one of ours. */
static void add_directory(struct text *text, int is_pattern)
{
	char directory[PATTERN_PATH];
	long length = sys_call2(SYS_getcwd, directory, sizeof(directory));

	if (length <= 0 || directory[0] != '/')
		strcpy(directory, "/tmp");
	for (const char *cursor = directory; *cursor; cursor++) {
		text_add_bytes(text, cursor, 1);
		if (*cursor == '%' && is_pattern)
			text_add(text, "%");
	}
	if (text->data[text->length - 1] != '/')
		text_add(text, "/");
}

int pattern_place(const char *value, int is_pattern, char *path)
{
	struct text text;

	text_open(&text, path, PATTERN_PATH);
	if (value[0] != '/')
		add_directory(&text, is_pattern);
	text_add(&text, value);
	if (!text.cut)
		return 0;
	path[0] = '\0';
	return -ENAMETOOLONG;
}

/* The words that stand for %`letter` wherever the ghost is made, or NULL. */
static const char *word(char letter, const struct pattern_values *values)
{
	switch (letter) {
	case 'e':
		return values->program;
	case 'h':
		return values->host;
	case '%':
		return "%";
	default:
		return NULL;
	}
}

/* Where the number for %`letter` is, and which it is; NULL for no number. */
static uint64_t *number_of(char letter, struct pattern_values *values, uint32_t *which)
{
	switch (letter) {
	case 'p':
		*which = PATTERN_PID;
		return &values->pid;
	case 'n':
		*which = PATTERN_NUMBER;
		return &values->number;
	case 't':
		*which = PATTERN_TIME;
		return &values->time;
	default:
		return NULL;
	}
}

int pattern_expand(const char *pattern, const struct pattern_values *values, char *name,
		   uint32_t size)
{
	struct pattern_values copy = *values;
	struct text text;

	text_open(&text, name, size);
	for (const char *cursor = pattern; *cursor; cursor++) {
		const char *words = *cursor == '%' ? word(cursor[1], values) : NULL;
		const uint64_t *number;
		uint32_t which;

		number = *cursor == '%' ? number_of(cursor[1], &copy, &which) : NULL;
		if (words)
			text_add(&text, words);
		else if (number)
			text_add_decimal(&text, (int64_t)*number);
		else
			text_add_bytes(&text, cursor, 1);
		cursor += words || number;
	}
	return text.cut || !text.length ? -ENAMETOOLONG : 0;
}

int pattern_has(const char *pattern, char letter)
{
	for (; *pattern; pattern++) {
		if (*pattern != '%' || !pattern[1])
			continue;
		if (*++pattern == letter)
			return 1;
	}
	return 0;
}

/* How many digits a number as text_add_decimal() writes it may have here. */
static uint32_t digits(const char *name)
{
	uint32_t count = 0;

	while (name[count] >= '0' && name[count] <= '9' && count < DIGITS_MAX)
		count++;
	return count > 1 && *name == '0' ? 1 : count;
}

static uint64_t value_of(const char *name, uint32_t count)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < count; i++)
		value = value * 10 + (uint64_t)(name[i] - '0');
	return value;
}

/* A number that is not known yet may end at any of its digits ("%n%t"); each of
 * the three is guessed once only, so this ends soon. */
int pattern_match(const char *pattern, uint32_t length, const char *name,
		  struct pattern_values *values, uint32_t *known)
{
	const char *words;
	uint64_t *number;
	uint32_t which = 0, before = *known;

	if (!length)
		return !*name;
	words = *pattern == '%' && length > 1 ? word(pattern[1], values) : NULL;
	if (words) {
		size_t size = strlen(words);

		return !strncmp(name, words, size) &&
		       pattern_match(pattern + 2, length - 2, name + size, values, known);
	}
	number = *pattern == '%' && length > 1 ? number_of(pattern[1], values, &which) : NULL;
	if (!number)
		return *name == *pattern &&
		       pattern_match(pattern + 1, length - 1, name + 1, values, known);
	for (uint32_t count = digits(name); count; count--) {
		uint64_t value = value_of(name, count);

		if ((before & which) && value != *number)
			continue;
		*number = value;
		*known = before | which;
		if (pattern_match(pattern + 2, length - 2, name + count, values, known))
			return 1;
	}
	*known = before;
	return 0;
}
