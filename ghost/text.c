/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bounded text without stdio: build a line, read a number. */
#include "text.h"

#include <errno.h>
#include <string.h>

#include "sys.h"

void text_open(struct text *text, char *buffer, size_t size)
{
	text->data = buffer;
	text->size = size;
	text->length = 0;
	text->cut = 0;
	if (size)
		buffer[0] = '\0';
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
	size_t room = text->size - text->length;

	if (!text->size) {
		text->cut |= count > 0;
		return;
	}
	if (count >= room) {
		count = room - 1;
		text->cut = 1;
	}
	memcpy(text->data + text->length, bytes, count);
	text->length += count;
	text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

static void add_number(struct text *text, uint64_t number, unsigned int base)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	text_add_bytes(text, digits + at, sizeof(digits) - at);
}

void text_add_decimal(struct text *text, int64_t number)
{
	if (number < 0)
		text_add(text, "-");
	add_number(text, number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
}

void text_add_hex(struct text *text, uint64_t number)
{
	add_number(text, number, 16);
}

/* Only what a checkpoint or a restart can meet; strerror() may allocate. */
static const struct {
	int number;
	const char *meaning;
} errors[] = {
	{ EPERM, "EPERM, not permitted" },
	{ ENOENT, "ENOENT, no such file or directory" },
	{ ESRCH, "ESRCH, no such process" },
	{ EINTR, "EINTR, interrupted" },
	{ EIO, "EIO, input/output error" },
	{ E2BIG, "E2BIG, too large" },
	{ ECHILD, "ECHILD, a helper task was killed" },
	{ EBADF, "EBADF, bad descriptor" },
	{ EAGAIN, "EAGAIN, not available now" },
	{ ENOMEM, "ENOMEM, out of memory" },
	{ EACCES, "EACCES, permission denied" },
	{ EFAULT, "EFAULT, bad address" },
	{ EBUSY, "EBUSY, in use" },
	{ EEXIST, "EEXIST, exists already" },
	{ ENODEV, "ENODEV, no such device" },
	{ ENOTDIR, "ENOTDIR, not a directory" },
	{ EISDIR, "EISDIR, is a directory" },
	{ EINVAL, "EINVAL, invalid argument" },
	{ ENFILE, "ENFILE, too many files open in the system" },
	{ EMFILE, "EMFILE, too many files open" },
	{ ENOTTY, "ENOTTY, not a terminal" },
	{ ETXTBSY, "ETXTBSY, text file busy" },
	{ EFBIG, "EFBIG, file too large" },
	{ ENOSPC, "ENOSPC, no space left on device" },
	{ ESPIPE, "ESPIPE, cannot seek" },
	{ EROFS, "EROFS, read-only file system" },
	{ EPIPE, "EPIPE, broken pipe" },
	{ ENAMETOOLONG, "ENAMETOOLONG, name too long" },
	{ ENOSYS, "ENOSYS, not in this kernel" },
	{ ELOOP, "ELOOP, too many symbolic links" },
	{ EBADMSG, "EBADMSG, damaged data" },
	{ EOVERFLOW, "EOVERFLOW, value too large" },
	{ EOPNOTSUPP, "EOPNOTSUPP, not supported" },
	{ ETIMEDOUT, "ETIMEDOUT, timed out" },
	{ ECANCELED, "ECANCELED, cancelled" },
	{ EDQUOT, "EDQUOT, disk quota exceeded" },
};

void text_add_error(struct text *text, int error)
{
	if (error < 0)
		error = -error;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].number == error) {
			text_add(text, errors[i].meaning);
			return;
		}
	}
	text_add(text, "error ");
	text_add_decimal(text, error);
}

int text_find_error(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const char *rest = text_after(errors[i].meaning, name);

		if (rest && *rest == ',')
			return errors[i].number;
	}
	return 0;
}

uint64_t text_take_decimal(const char **cursor)
{
	uint64_t number = 0;

	while (**cursor >= '0' && **cursor <= '9')
		number = number * 10 + (uint64_t)(*(*cursor)++ - '0');
	return number;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

uint64_t text_take_hex(const char **cursor)
{
	uint64_t number = 0;

	while (hex_value(**cursor) >= 0)
		number = number * 16 + (uint64_t)hex_value(*(*cursor)++);
	return number;
}

long text_read(int file, char *data, size_t size)
{
	size_t length = 0;
	long got;

	while ((got = sys_read(file, data + length, size - 1 - length)) > 0)
		length += (size_t)got;
	data[length] = '\0';
	return got < 0 ? got : length == size - 1 ? -E2BIG : (long)length;
}

const char *text_after(const char *line, const char *word)
{
	size_t length = strlen(word);

	return strncmp(line, word, length) ? NULL : line + length;
}
