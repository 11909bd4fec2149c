/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A medium in a file: positioned reads and writes, extents taken by one atomic addition. */
#include <errno.h>

#include "../medium.h"
#include "../sys.h"

int medium_file_write_at(int fd, const void *data, size_t size, uint64_t offset)
{
	const char *bytes = data;

	while (size) {
		long done = sys_pwrite(fd, bytes, size, offset);

		if (done == -EINTR)
			continue;
		if (done < 0)
			return (int)done;
		if (!done)
			return -ENOSPC;
		bytes += done;
		offset += (uint64_t)done;
		size -= (size_t)done;
	}
	return 0;
}

int medium_file_read_at(int fd, void *data, size_t size, uint64_t offset)
{
	char *bytes = data;

	while (size) {
		long done = sys_pread(fd, bytes, size, offset);

		if (done == -EINTR)
			continue;
		if (done < 0)
			return (int)done;
		if (!done)
			return -EBADMSG;
		bytes += done;
		offset += (uint64_t)done;
		size -= (size_t)done;
	}
	return 0;
}

static int file_write(struct medium *medium, const void *data, size_t size)
{
	struct medium_file *file = (struct medium_file *)medium;
	int error = medium_file_write_at(file->fd, data, size, file->position);

	if (!error)
		file->position += size;
	return error;
}

static int file_read(struct medium *medium, void *data, size_t size)
{
	struct medium_file *file = (struct medium_file *)medium;
	int error = medium_file_read_at(file->fd, data, size, file->position);

	if (!error)
		file->position += size;
	return error;
}

static const struct medium_ops file_ops = { .read = file_read, .write = file_write };

void medium_file_open(struct medium_file *file, int fd, uint64_t *end)
{
	*file = (struct medium_file){ .medium = { &file_ops }, .fd = fd, .end = end };
}

uint64_t medium_file_reserve(struct medium_file *file, uint64_t size, uint64_t align)
{
	/* Reserving the slack as well keeps it one addition; the gap costs less than
	 * a page and is a hole in the file. */
	uint64_t at = __atomic_fetch_add(file->end, size + align - 1, __ATOMIC_RELAXED);

	return (at + align - 1) & ~(align - 1);
}
