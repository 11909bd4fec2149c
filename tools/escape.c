/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text out of a ghost, for a terminal: what does not print is shown as C writes it. */
#include "escape.h"

#include <string.h>
#include <wchar.h>
#include <wctype.h>

static int put_byte(FILE *file, unsigned char byte)
{
	static const char named[] = "\a\b\t\n\v\f\r", names[] = "abtnvfr";
	const char *name = byte ? strchr(named, byte) : NULL;

	return name ? fprintf(file, "\\%c", names[name - named]) : fprintf(file, "\\x%02x", byte);
}

/* One character that takes `*size` bytes; a byte that begins none counts as one. */
static int put_character(FILE *file, const char *bytes, size_t *size, const char *special)
{
	mbstate_t state = { 0 };
	wchar_t wide = 0;
	size_t taken = mbrtowc(&wide, bytes, *size, &state);
	int columns = 0;

	*size = taken > *size || !taken ? 1 : taken;
	if (*size == taken && iswprint((wint_t)wide)) {
		if (taken == 1 && strchr(special, *bytes))
			columns += fprintf(file, "\\");
		fwrite(bytes, 1, taken, file);
		return columns + wcwidth(wide);
	}
	for (size_t i = 0; i < *size; i++)
		columns += put_byte(file, (unsigned char)bytes[i]);
	return columns;
}

static int put(FILE *file, const char *bytes, size_t size, const char *special)
{
	int columns = 0;

	for (size_t taken; size; bytes += taken, size -= taken) {
		taken = size;
		columns += put_character(file, bytes, &taken, special);
	}
	return columns;
}

int escape_put(FILE *file, const char *bytes, size_t size)
{
	return put(file, bytes, size, "\\");
}

int escape_put_string(FILE *file, const char *string)
{
	return escape_put(file, string, strlen(string));
}

/* What no shell gives a meaning to. */
static int is_plain(const char *bytes, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_@%+=:,./-";
	size_t count = 0;

	while (count < size && bytes[count] && strchr(plain, bytes[count]))
		count++;
	return size && count == size;
}

int escape_put_argument(FILE *file, const char *bytes, size_t size)
{
	int columns;

	if (is_plain(bytes, size))
		return escape_put(file, bytes, size);
	columns = fprintf(file, "\"");
	columns += put(file, bytes, size, "\\\"$`");
	return columns + fprintf(file, "\"");
}
