/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc of the program, as seen from a helper task of ours. */
#include "proc.h"

#include <errno.h>
#include <string.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"

uint32_t proc_pid(void)
{
	char stat[512];
	const char *cursor;
	long length;
	int file = sys_open("/proc/self/stat", O_RDONLY | O_CLOEXEC, 0);

	if (file < 0)
		return 0;
	length = sys_read(file, stat, sizeof(stat) - 1);
	sys_close(file);
	stat[length > 0 ? length : 0] = '\0';
	/* "pid (name) S ppid …", and the name may hold anything */
	cursor = strrchr(stat, ')');
	if (!cursor || strlen(cursor) < 4)
		return 0;
	cursor += 4;
	return (uint32_t)text_take_decimal(&cursor);
}

uint32_t proc_self(void)
{
	char target[32];
	const char *cursor = target;
	long length = sys_readlinkat(AT_FDCWD, "/proc/self", target, sizeof(target) - 1);

	target[length > 0 ? length : 0] = '\0';
	return (uint32_t)text_take_decimal(&cursor);
}

int proc_open(const char *name, int flags)
{
	uint32_t pid = proc_pid();
	char path[96];
	struct text text;

	if (!pid)
		return -ENOENT;
	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/");
	text_add_decimal(&text, pid);
	text_add(&text, name);
	return sys_open(path, flags, 0);
}
