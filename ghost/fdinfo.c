/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc/self/fdinfo tells of a descriptor. */
#include "fdinfo.h"

#include <errno.h>
#include <string.h>

#include "sys.h"
#include "text.h"

int fdinfo_open(int fd)
{
	char path[64];
	struct text text;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fdinfo/");
	text_add_decimal(&text, fd);
	return sys_open(path, O_RDONLY | O_CLOEXEC, 0);
}

long fdinfo_read(int fd, char *data, size_t size)
{
	size_t length = 0;
	long got;
	int info = fdinfo_open(fd);

	if (info < 0)
		return info;
	while ((got = sys_read(info, data + length, size - 1 - length)) > 0)
		length += (size_t)got;
	data[length] = '\0';
	sys_close(info);
	return got < 0 ? got : (long)length;
}

const char *fdinfo_field(const char *info, const char *field)
{
	const char *rest;

	for (const char *line = info; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		rest = text_after(line, field);
		if (!rest)
			continue;
		while (*rest == ' ' || *rest == '\t')
			rest++;
		return rest;
	}
	return NULL;
}

int fdinfo_hex(int fd, const char *field, uint64_t *value)
{
	char info[1024];
	const char *rest;
	long length = fdinfo_read(fd, info, sizeof(info));

	if (length < 0)
		return (int)length;
	rest = fdinfo_field(info, field);
	if (!rest)
		return -ENOENT;
	*value = text_take_hex(&rest);
	return 0;
}
