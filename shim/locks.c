/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the locks on a file: POSIX, OFD and flock. */
#include "locks.h"

#include <errno.h>
#include <string.h>

#include "../ghost/frame.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/kind/lock.h"
#include "../ghost/lines.h"
#include "../ghost/sys.h"
#include "proc.h"

#define PATH 48

static const char *path_of(const char *folder, int fd, char path[PATH])
{
	struct text text;

	text_open(&text, path, PATH);
	text_add(&text, folder);
	text_add_decimal(&text, fd);
	return path;
}

/* "1: POSIX  ADVISORY  WRITE 4711 08:01:42 0 EOF" */
static int is_posix_of(char *line, void *argument)
{
	const char *cursor = strstr(line, ": POSIX ");

	for (int word = 0; cursor && word < 3; word++) {
		cursor = strchr(cursor + 1, ' ');
		while (cursor && cursor[1] == ' ')
			cursor++;
	}
	if (!cursor)
		return 0;
	cursor++;
	return (uint32_t)text_take_decimal(&cursor) == *(uint32_t *)argument;
}

/* 1, 0 or -errno. */
static int has_posix_locks(struct descriptors *descriptors)
{
	int file = sys_open("/proc/locks", O_RDONLY | O_CLOEXEC, 0);
	int result;

	if (file < 0)
		return file;
	result = lines_each(file, descriptors->info, sizeof(descriptors->info), is_posix_of,
			    &descriptors->process);
	sys_close(file);
	return result;
}

/* POSIX locks are shown only to the table that they belong to: the program's own file
 * tells all.  A program whose threads have given up
 * different rights may not look at it; ours, a copy of it, tells those that belong to
 * the description, and whether there are others a list for everybody does. */
static int open_locks(struct descriptors *descriptors, int fd)
{
	char path[PATH];
	int file = proc_open(path_of("/fdinfo/", fd, path), O_RDONLY | O_CLOEXEC);
	int others;

	if (file != -EACCES)
		return file;
	others = has_posix_locks(descriptors);
	if (others)
		return others < 0 ? others : -EACCES;
	return sys_open(path_of("/proc/self/fdinfo/", fd, path), O_RDONLY | O_CLOEXEC, 0);
}

int locks_capture(struct descriptors *descriptors, int fd)
{
	struct lock_ghost lock;
	char *line = descriptors->info;
	long length;
	int file, error = 0;

	file = open_locks(descriptors, fd);
	/* A main thread that has ended has no table any more; its locks are not seen. */
	if (file < 0)
		return file == -ENOENT ? 0 : file;
	length = text_read(file, line, sizeof(descriptors->info));
	sys_close(file);
	if (length < 0)
		return (int)length;
	while ((line = strstr(line, "lock:\t")) && !error) {
		memset(&lock, 0, sizeof(lock));
		lock.fd = (uint32_t)fd;
		if (!lock_parse(line, &lock))
			error = frame_put(descriptors->ghost, kind_lock.tag, kind_lock.version,
					  kind_lock.make, &lock, sizeof(lock));
		line++;
	}
	return error;
}
