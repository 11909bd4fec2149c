/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file without a name: deleted, of O_TMPFILE, or of memfd_create(2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "orphan.h"

#define OF_MEMORY_EXECUTABLE 0x10 /* MFD_EXEC, Linux 6.3 */
#define NAME_MAX_MEMFD       249

static int make_ghost_orphan_file(ghost_t *ghost, void *record, size_t size)
{
	struct orphan_file_ghost *file = record;

	if (size != sizeof(*file))
		return ghost_fail(ghost, -EINVAL);
	ghost_u64(ghost, &file->device);
	ghost_u64(ghost, &file->inode);
	ghost_u64(ghost, &file->size);
	ghost_count(ghost, &file->object, ORPHANS_MAX);
	ghost_u32(ghost, &file->memory);
	ghost_u32(ghost, &file->mode);
	ghost_u32(ghost, &file->uid);
	ghost_u32(ghost, &file->gid);
	ghost_u32(ghost, &file->seals);
	return ghost_string(ghost, file->path, sizeof(file->path));
}

/* Seals are set when the content is there; until then it must take them. */
static int in_memory(const char *name)
{
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	char cut[NAME_MAX_MEMFD + 1];
	struct text text;
	long fd;

	text_open(&text, cut, sizeof(cut));
	text_add(&text, name);
	fd = sys_call2(SYS_memfd_create, cut, flags | OF_MEMORY_EXECUTABLE);
	return (int)(fd == -EINVAL ? sys_call2(SYS_memfd_create, cut, flags) : fd);
}

/* For file systems that have no O_TMPFILE: a name for a moment. */
static int with_a_name(const char *directory, const struct orphan_file_ghost *file)
{
	char path[KIND_PATH + 64];
	struct text text;
	int fd;

	text_open(&text, path, sizeof(path));
	text_add(&text, directory);
	text_add(&text, "/.krgghost-");
	text_add_decimal(&text, sys_getpid());
	text_add(&text, "-");
	text_add_decimal(&text, file->object);
	fd = text.cut ? -ENAMETOOLONG : sys_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		sys_call1(SYS_unlink, path);
	return fd;
}

/* Where it was, because there is room for such files there; else in memory. */
static int on_disk(const struct orphan_file_ghost *file, struct revive *revive)
{
	char directory[KIND_PATH], *name;
	int fd;

	strcpy(directory, revive->relocate(revive, file->path));
	name = strrchr(directory, '/');
	if (!name)
		return in_memory(file->path);
	*name++ = '\0';
	fd = sys_open(directory[0] ? directory : "/", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = with_a_name(directory, file);
	return fd < 0 ? in_memory(name) : fd;
}

static int fail(struct revive *revive, const struct orphan_file_ghost *file, int error)
{
	struct text text;

	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, file->path);
	text_add(&text, ": a file without a name cannot be made again with ");
	text_add_decimal(&text, (int64_t)file->size);
	text_add(&text, " bytes: ");
	text_add_error(&text, error);
	return error;
}

static int keep(struct revive *revive, const struct orphan_file_ghost *file, int fd)
{
	struct revived_orphan *revived = calloc(1, sizeof(*revived));
	int raised = fd > 2 ? fd : sys_fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (raised != fd)
		sys_close(fd);
	if (!revived || raised < 0) {
		free(revived);
		return raised < 0 ? raised : -ENOMEM;
	}
	*revived = (struct revived_orphan){ revive->orphans, file, raised };
	revive->orphans = revived;
	return 0;
}

static int prepare_orphan_file(const void *record, struct revive *revive)
{
	const struct orphan_file_ghost *file = record;
	int fd, error;

	if (file->size >> 62)
		return -EBADMSG;
	fd = file->memory ? in_memory(file->path) : on_disk(file, revive);
	if (fd < 0)
		return fail(revive, file, fd);
	error = (int)sys_call2(SYS_ftruncate, fd, file->size);
	/* As permitted. */
	sys_call3(SYS_fchown, fd, file->uid, file->gid);
	if (error) {
		sys_close(fd);
		return fail(revive, file, error);
	}
	return keep(revive, file, fd);
}

/* Last of all: a mode may not permit, and a seal does not, what was done until now. */
static int complete_orphan_file(const void *record, struct revive *revive)
{
	const struct orphan_file_ghost *file = record;
	const struct revived_orphan *orphan = orphan_of_object(revive, file->object);
	int error = 0;

	if (!orphan)
		return -EBADMSG;
	sys_call2(SYS_fchmod, orphan->fd, file->mode & 07777);
	if (file->memory && file->seals)
		error = sys_fcntl(orphan->fd, F_ADD_SEALS, file->seals);
	return error ? fail(revive, file, error) : 0;
}

const struct revived_orphan *orphan_of_object(const struct revive *revive, uint32_t object)
{
	const struct revived_orphan *orphan = revive->orphans;

	while (orphan && orphan->ghost->object != object)
		orphan = orphan->next;
	return orphan;
}

int orphan_open(const struct revived_orphan *orphan, int flags)
{
	char path[32];
	struct text text;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, orphan->fd);
	return sys_open(path, flags | O_CLOEXEC, 0);
}

void orphan_revive_done(struct revive *revive)
{
	struct revived_orphan *orphan;

	while ((orphan = revive->orphans)) {
		revive->orphans = orphan->next;
		sys_close(orphan->fd);
		free(orphan);
	}
}

const struct kind kind_orphan_file = {
	.tag = KIND_TAG('O', 'R', 'F', 'I'),
	.version = 1,
	.name = "orphan-file",
	.size = sizeof(struct orphan_file_ghost),
	.make = make_ghost_orphan_file,
	.prepare = prepare_orphan_file,
	.complete = complete_orphan_file,
};
