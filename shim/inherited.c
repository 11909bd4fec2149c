/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptors that the program was started with. */
#include "inherited.h"

#include <dirent.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"
#include "anchor.h"

static void note(int fd)
{
	struct inherited *inherited = &anchor.inherited;
	struct stat stat;

	if (inherited->count == INHERITED_MAX || sys_call2(SYS_fstat, fd, &stat))
		return;
	inherited->entry[inherited->count].fd = fd;
	inherited->entry[inherited->count].device = stat.st_dev;
	inherited->entry[inherited->count].inode = stat.st_ino;
	inherited->count++;
}

void inherited_note(void)
{
	char names[2048];
	int directory = sys_open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long length;

	while (directory >= 0 && (length = sys_getdents64(directory, names, sizeof(names))) > 0) {
		for (long at = 0; at < length;) {
			const struct dirent64 *entry = (void *)(names + at);
			const char *name = entry->d_name;
			int fd = *name == '.' ? 0 : (int)text_take_decimal(&name);

			if (fd > 2 && fd != directory)
				note(fd);
			at += entry->d_reclen;
		}
	}
	if (directory >= 0)
		sys_close(directory);
}

/* The ghost has those that led outside; what else has such a number is of a kind
 * that is never asked here. */
void inherited_renew(void)
{
	struct inherited *inherited = &anchor.inherited;
	struct stat stat;

	for (uint32_t i = 0; i < inherited->count; i++) {
		if (sys_call2(SYS_fstat, inherited->entry[i].fd, &stat))
			continue;
		inherited->entry[i].device = stat.st_dev;
		inherited->entry[i].inode = stat.st_ino;
	}
}

int inherited_has(int fd, const struct stat *stat)
{
	const struct inherited *inherited = &anchor.inherited;

	for (uint32_t i = 0; i < inherited->count; i++)
		if (inherited->entry[i].fd == fd)
			return inherited->entry[i].device == stat->st_dev &&
			       inherited->entry[i].inode == stat->st_ino;
	return 0;
}
