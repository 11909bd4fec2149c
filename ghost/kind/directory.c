/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open directory. */
#include <errno.h>
#include <string.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "regular.h"

struct directory_ghost {
	struct object object;
	uint64_t offset;	/* the file system's own cookie for getdents */
	char path[KIND_PATH];
};

static int make_ghost_directory(ghost_t *ghost, void *record, size_t size)
{
	struct directory_ghost *directory = record;

	if (size != sizeof(*directory))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &directory->object);
	ghost_u64(ghost, &directory->offset);
	return ghost_string(ghost, directory->path, sizeof(directory->path));
}

static int capture_directory(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct directory_ghost *directory = record;
	long offset = 0;

	if (!S_ISDIR(seen->stat.st_mode))
		return KIND_NOT_MINE;
	if (seen->target[0] != '/' || !seen->stat.st_nlink) {
		refusal->what = "a directory that has been removed";
		refusal->cure = "let the program close it first";
		return -ENOENT;
	}
	if (!(seen->flags & O_PATH))
		offset = sys_lseek(seen->fd, 0, SEEK_CUR);
	directory->offset = offset < 0 ? 0 : (uint64_t)offset;
	strcpy(directory->path, seen->target);
	return 0;
}

static int revive_directory(const void *record, struct revive *revive)
{
	const struct directory_ghost *directory = record;
	const char *path = revive->relocate(revive, directory->path);
	int fd = sys_open(path, reopen_flags(directory->object.flags) | O_DIRECTORY, 0);

	if (text_after(directory->path, KIND_OWN_PROC))
		return fd >= 0 ? fd : sys_open("/", O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0) {
		struct text text;

		text_open(&text, revive->reason, sizeof(revive->reason));
		text_add(&text, path);
		text_add(&text, ": cannot open this directory of the program: ");
		text_add_error(&text, fd);
		return fd;
	}
	if (directory->offset) {
		char entries[512];

		/* ext4 of Linux 6.18: a description that was set to the end before its
		 * first reading stays at the end for ever. */
		sys_getdents64(fd, entries, sizeof(entries));
		sys_lseek(fd, (int64_t)directory->offset, SEEK_SET);
	}
	return fd;
}

static int enter_directory(const void *record)
{
	const struct directory_ghost *directory = record;

	return enter_own_proc(directory->path, directory->object.flags, directory->offset);
}

static void describe_directory(const void *record, struct text *text)
{
	text_add(text, ((const struct directory_ghost *)record)->path);
}

const struct kind kind_directory = {
	.tag = KIND_TAG('D', 'I', 'R', ' '),
	.version = 1,
	.name = "directory",
	.size = sizeof(struct directory_ghost),
	.make = make_ghost_directory,
	.capture = capture_directory,
	.revive = revive_directory,
	.describe = describe_directory,
	.enter = enter_directory,
};
