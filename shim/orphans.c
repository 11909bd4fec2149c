/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files without a name that the program has open: what is in them travels along. */
#include "orphans.h"

#include <errno.h>
#include <string.h>

#include "../ghost/crc32c.h"
#include "../ghost/frame.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/kind/orphan.h"
#include "../ghost/sys.h"

#define PAGE 4096ULL

/* A description of our own has a position of its own to look for holes with.  Where
 * the mode does not permit that, the program's will do, if it reads. */
static int open_to_read(const struct seen *seen, int alone, int *borrowed)
{
	int reads = !(seen->flags & O_PATH) && (seen->flags & O_ACCMODE) != O_WRONLY;
	char path[32];
	struct text text;
	int fd;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, seen->fd);
	/* To close any descriptor of a file gives up the locks that its process has. */
	*borrowed = alone;
	if (alone)
		return reads ? seen->fd : -EACCES;
	fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd >= 0 || !reads)
		return fd;
	*borrowed = 1;
	return sys_fcntl(seen->fd, F_DUPFD_CLOEXEC, 0);
}

static uint32_t path_sum(const char *path)
{
	return crc32c(0, path, strlen(path));
}

static int is_noted(const struct orphans *orphans, const struct seen *seen)
{
	for (uint32_t i = 0; i < orphans->count; i++)
		if (orphans->orphans[i].inode == seen->stat.st_ino &&
		    orphans->orphans[i].device == seen->stat.st_dev)
			return 1;
	return 0;
}

int orphans_note(struct orphans *orphans, const struct seen *seen, int alone, ghost_t *ghost,
		 void *record)
{
	struct orphan_file_ghost *file = record;
	struct orphan *orphan = &orphans->orphans[orphans->count];

	if (is_noted(orphans, seen))
		return 0;
	if (orphans->count == ORPHANS)
		return -E2BIG;
	orphan->fd = open_to_read(seen, alone, &orphan->borrowed);
	if (orphan->fd < 0)
		return -EACCES;
	memset(file, 0, sizeof(*file));
	orphan_file_capture(seen, file);
	file->object = orphans->count++;
	orphan->device = file->device;
	orphan->inode = file->inode;
	orphan->size = file->size;
	orphan->path = path_sum(file->memory ? seen->target : file->path);
	return frame_put(ghost, kind_orphan_file.tag, kind_orphan_file.version,
			 kind_orphan_file.make, file, sizeof(*file));
}

/* On some file systems stat(2) shows another device than maps does. */
int orphans_find(const struct orphans *orphans, const struct mapping *mapping)
{
	for (uint32_t i = 0; i < orphans->count; i++) {
		const struct orphan *orphan = &orphans->orphans[i];

		if (orphan->inode == mapping->inode &&
		    (orphan->device == mapping->device || orphan->path == path_sum(mapping->path)))
			return (int)i;
	}
	return -ENOENT;
}

static uint64_t next(const struct orphan *orphan, uint64_t from, int whence)
{
	long to = sys_lseek(orphan->fd, (int64_t)from, whence);

	if (to >= 0)
		return (uint64_t)to;
	/* No data any more; or a file system that does not know its holes. */
	return to == -ENXIO || whence == SEEK_HOLE ? orphan->size : from;
}

static int carry_one(const struct orphan *orphan, uint32_t owner, struct pages *pages)
{
	long position = sys_lseek(orphan->fd, 0, SEEK_CUR);
	uint64_t from = 0, to = 0;
	int error = 0;

	/* Blocks may be smaller than a page: what follows begins behind what is there. */
	while (!error && (from = next(orphan, to, SEEK_DATA)) < orphan->size) {
		from = from & ~(PAGE - 1);
		from = from < to ? to : from;
		to = (next(orphan, from, SEEK_HOLE) + PAGE - 1) & ~(PAGE - 1);
		if (to == from)
			to += PAGE;
		error = pages_add_file(pages, orphan->fd, to - from, owner, from);
	}
	/* Everybody who could see it move is stopped. */
	if (orphan->borrowed)
		sys_lseek(orphan->fd, position, SEEK_SET);
	return error;
}

int orphans_carry(const struct orphans *orphans, struct pages *pages)
{
	int error = 0;

	for (uint32_t i = 0; i < orphans->count && !error; i++)
		error = carry_one(&orphans->orphans[i], CHUNK_SHARED | i, pages);
	return error;
}

void orphans_close(struct orphans *orphans)
{
	for (uint32_t i = 0; i < orphans->count; i++)
		if (!orphans->orphans[i].borrowed)
			sys_close(orphans->orphans[i].fd);
	orphans->count = 0;
}
