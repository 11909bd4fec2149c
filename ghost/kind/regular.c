/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open regular file. */
#include "regular.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

#define MQUEUE_MAGIC 0x19800202	/* ipc/mqueue.c */

static int make_ghost_regular(ghost_t *ghost, void *record, size_t size)
{
	struct regular_ghost *regular = record;

	if (size != sizeof(*regular))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &regular->object);
	ghost_u64(ghost, &regular->offset);
	return make_ghost_file_identity(ghost, &regular->file);
}

int reopen_flags(uint32_t flags)
{
	return (int)flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY | __O_TMPFILE);
}

void file_identity_from(struct file_identity *file, const struct stat *stat)
{
	file->device = stat->st_dev;
	file->inode = stat->st_ino;
	file->size = (uint64_t)stat->st_size;
	file->mtime = stat->st_mtim.tv_sec;
	file->mtime_nanoseconds = (uint32_t)stat->st_mtim.tv_nsec;
}

/* What only looks like a file with a name (include/uapi/linux/magic.h). */
static int can_be_opened_again(const struct seen *seen, struct refusal *refusal)
{
	const char *process = text_after(seen->target, "/proc/");
	struct statfs system;

	int error = (int)sys_call2(SYS_fstatfs, seen->fd, &system);

	if (error)
		return error;
	refusal->cure = "let the program close it first";
	if (system.f_type == MQUEUE_MAGIC) {
		refusal->what = "a POSIX message queue";
		return 0;
	}
	if (system.f_type == PROC_SUPER_MAGIC && process && *process >= '1' && *process <= '9') {
		refusal->what = "a file of /proc about a process";
		return 0;
	}
	return 1;
}

/* One of its names was deleted, and it has others that nobody tells. */
static int has_lost_this_name(const struct seen *seen)
{
	static const char mark[] = " (deleted)";
	size_t length = strlen(seen->target);
	struct stat stat;

	return length >= sizeof(mark) &&
	       !strcmp(seen->target + length - (sizeof(mark) - 1), mark) &&
	       (sys_call2(SYS_stat, seen->target, &stat) || stat.st_ino != seen->stat.st_ino ||
		stat.st_dev != seen->stat.st_dev);
}

static int capture_regular(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct regular_ghost *regular = record;
	long offset;
	int again;

	if (!S_ISREG(seen->stat.st_mode))
		return KIND_NOT_MINE;
	if (seen->target[0] != '/' || !seen->stat.st_nlink || has_lost_this_name(seen)) {
		refusal->what = "a file that has another name than it was opened by";
		refusal->cure = "let the program close it first";
		return -ENOENT;
	}
	again = can_be_opened_again(seen, refusal);
	if (again <= 0)
		return again ? again : -EOPNOTSUPP;
	offset = seen->flags & O_PATH ? 0 : sys_lseek(seen->fd, 0, SEEK_CUR);
	if (offset < 0) {
		refusal->what = "a file whose position cannot be read";
		refusal->cure = "let the program close it first";
		return (int)offset;
	}
	regular->offset = (uint64_t)offset;
	strcpy(regular->file.path, seen->target);
	file_identity_from(&regular->file, &seen->stat);
	return 0;
}

int enter_own_proc(const char *path, uint32_t flags, uint64_t offset)
{
	int fd;

	if (!text_after(path, KIND_OWN_PROC))
		return -EOPNOTSUPP;
	fd = sys_open(path, reopen_flags(flags), 0);
	if (fd >= 0 && offset)
		sys_lseek(fd, (int64_t)offset, SEEK_SET);
	return fd;
}

static int enter_regular(const void *record)
{
	const struct regular_ghost *regular = record;

	return enter_own_proc(regular->file.path, regular->object.flags, regular->offset);
}

static int fail(struct revive *revive, const char *path, const char *why, int fd, int error)
{
	struct text text;

	if (fd >= 0)
		sys_close(fd);
	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, path);
	text_add(&text, ": ");
	text_add(&text, why);
	return error;
}

/* A file that is now shorter than the position in it, or than what the program
 * had already written to it, is not the file that the program knew. */
static int revive_regular(const void *record, struct revive *revive)
{
	const struct regular_ghost *regular = record;
	const char *path = revive->relocate(revive, regular->file.path);
	int fd = sys_open(path, reopen_flags(regular->object.flags), 0);
	struct stat stat;
	long error;

	if (text_after(regular->file.path, KIND_OWN_PROC))
		return fd >= 0 ? fd : sys_open("/dev/null", O_RDONLY, 0);	/* until enter */
	if (fd < 0) {
		char reason[160];
		struct text text;

		text_open(&text, reason, sizeof(reason));
		text_add(&text, "cannot open this file of the program: ");
		text_add_error(&text, fd);
		return fail(revive, path, reason, -1, fd);
	}
	error = sys_call2(SYS_fstat, fd, &stat);
	if (error || !S_ISREG(stat.st_mode))
		return fail(revive, path, "is not a regular file any more", fd, -EINVAL);
	if ((uint64_t)stat.st_size < regular->file.size &&
	    ((regular->object.flags & O_ACCMODE) != O_RDONLY ||
	     (uint64_t)stat.st_size < regular->offset))
		return fail(revive, path, "is shorter than when the ghost was made", fd, -ESTALE);
	if (!(regular->object.flags & O_PATH))
		error = sys_lseek(fd, (int64_t)regular->offset, SEEK_SET);
	if (error < 0)
		return fail(revive, path, "cannot be positioned", fd, (int)error);
	return fd;
}

static void describe_regular(const void *record, struct text *text)
{
	const struct regular_ghost *regular = record;

	text_add(text, regular->file.path);
	text_add(text, " at ");
	text_add_decimal(text, (int64_t)regular->offset);
}

const struct kind kind_regular = {
	.tag = KIND_TAG('F', 'I', 'L', 'E'),
	.version = 1,
	.name = "file",
	.size = sizeof(struct regular_ghost),
	.make = make_ghost_regular,
	.capture = capture_regular,
	.revive = revive_regular,
	.describe = describe_regular,
	.enter = enter_regular,
};
