/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A description of a file without a name. */
#include "orphan.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "regular.h"

#define MEMFD "/memfd:"

static int make_ghost_orphan(ghost_t *ghost, void *record, size_t size)
{
	struct orphan_ghost *orphan = record;

	if (size != sizeof(*orphan))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &orphan->object);
	ghost_u64(ghost, &orphan->device);
	ghost_u64(ghost, &orphan->inode);
	ghost_u64(ghost, &orphan->offset);
	return ghost_string(ghost, orphan->path, sizeof(orphan->path));
}

/* Without "(deleted)", as /proc shows it. */
static void copy_path(char *path, const char *target)
{
	static const char mark[] = " (deleted)";
	size_t length = strlen(target);

	strcpy(path, target);
	if (length >= sizeof(mark) && !strcmp(path + length - (sizeof(mark) - 1), mark))
		path[length - (sizeof(mark) - 1)] = '\0';
}

static uint32_t file_system(int fd)
{
	struct statfs system;

	return sys_call2(SYS_fstatfs, fd, &system) ? 0 : (uint32_t)system.f_type;
}

/* /proc and message queues have files that only look like deleted ones, and on those
 * kind/regular.c has its say. */
static int has_lost_its_name(const struct seen *seen)
{
	uint32_t system = S_ISREG(seen->stat.st_mode) && !seen->stat.st_nlink
				  ? file_system(seen->fd)
				  : PROC_SUPER_MAGIC;

	return seen->target[0] == '/' && system != PROC_SUPER_MAGIC &&
	       system != 0x19800202 /* MQUEUE_MAGIC */;
}

/* Why it cannot be carried, or NULL. */
static const char *objection(const struct seen *seen)
{
	uint32_t system = file_system(seen->fd);

	if (system == HUGETLBFS_MAGIC)
		return "a file of huge pages";
	if (system == SECRETMEM_MAGIC)
		return "secret memory";
	return NULL;
}

int orphan_is(const struct seen *seen)
{
	return has_lost_its_name(seen) && !objection(seen);
}

void orphan_file_capture(const struct seen *seen, struct orphan_file_ghost *file)
{
	int seals = sys_fcntl(seen->fd, F_GET_SEALS, 0);

	file->device = seen->stat.st_dev;
	file->inode = seen->stat.st_ino;
	file->size = (uint64_t)seen->stat.st_size;
	file->mode = seen->stat.st_mode & 07777;
	file->uid = seen->stat.st_uid;
	file->gid = seen->stat.st_gid;
	file->memory = text_after(seen->target, MEMFD) != NULL;
	file->seals = file->memory && seals > 0 ? (uint32_t)seals : 0;
	copy_path(file->path, file->memory ? seen->target + strlen(MEMFD) : seen->target);
}

static int capture_orphan(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct orphan_ghost *orphan = record;
	long offset;

	if (!has_lost_its_name(seen))
		return KIND_NOT_MINE;
	refusal->cure = "let the program close it first";
	refusal->what = objection(seen);
	if (refusal->what)
		return -EOPNOTSUPP;
	offset = seen->flags & O_PATH ? 0 : sys_lseek(seen->fd, 0, SEEK_CUR);
	orphan->device = seen->stat.st_dev;
	orphan->inode = seen->stat.st_ino;
	orphan->offset = offset < 0 ? 0 : (uint64_t)offset;
	copy_path(orphan->path, seen->target);
	return 0;
}

static int revive_orphan(const void *record, struct revive *revive)
{
	const struct orphan_ghost *orphan = record;
	const struct revived_orphan *file = revive->orphans;
	int fd;

	while (file &&
	       (file->ghost->inode != orphan->inode || file->ghost->device != orphan->device))
		file = file->next;
	if (!file)
		return -EBADMSG;
	/* It is opened by a link, and is no directory; O_TMPFILE has that bit. */
	fd = orphan_open(file,
			 reopen_flags(orphan->object.flags) & ~(O_DIRECTORY | O_NOFOLLOW));
	if (fd >= 0 && orphan->offset)
		sys_lseek(fd, (int64_t)orphan->offset, SEEK_SET);
	return fd;
}

static void describe_orphan(const void *record, struct text *text)
{
	const struct orphan_ghost *orphan = record;

	text_add(text, orphan->path);
	text_add(text, ", without a name, at ");
	text_add_decimal(text, (int64_t)orphan->offset);
}

const struct kind kind_orphan = {
	.tag = KIND_TAG('O', 'R', 'P', 'H'),
	.version = 1,
	.name = "orphan",
	.size = sizeof(struct orphan_ghost),
	.make = make_ghost_orphan,
	.capture = capture_orphan,
	.revive = revive_orphan,
	.describe = describe_orphan,
};
