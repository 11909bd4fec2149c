/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the bytes of a ghost go to or come from. */
#ifndef GHOST_MEDIUM_H
#define GHOST_MEDIUM_H

/* Zone: signal.  A medium is used by one task at a time, except for the
 * reserving of extents in a file, which is one atomic addition. */

#include <stddef.h>
#include <stdint.h>

struct medium {
	const struct medium_ops *ops;
};

struct medium_ops {
	/* Both move all of `size` bytes at the medium's position, or fail with
	 * -errno; a read beyond the end is -EBADMSG. */
	int (*read)(struct medium *medium, void *data, size_t size);
	int (*write)(struct medium *medium, const void *data, size_t size);
};

static inline int medium_read(struct medium *medium, void *data, size_t size)
{
	return medium->ops->read(medium, data, size);
}

static inline int medium_write(struct medium *medium, const void *data, size_t size)
{
	return medium->ops->write(medium, data, size);
}

/* Memory: a growing buffer from mmap when written, a window when read. */
struct medium_memory {
	struct medium medium;
	unsigned char *data;
	size_t size;		/* mapped when writing, readable when reading */
	size_t position;	/* when writing also the length */
	int owned;
};

int medium_memory_write(struct medium_memory *memory, size_t first_size);
void medium_memory_read(struct medium_memory *memory, const void *data, size_t size);
void medium_memory_close(struct medium_memory *memory);

/* File: pieces at any place, reserved by whoever writes them. */
struct medium_file {
	struct medium medium;
	int fd;			/* not owned */
	uint64_t position;	/* of read and write */
	uint64_t *end;		/* next free byte; may be shared between writers */
};

void medium_file_open(struct medium_file *file, int fd, uint64_t *end);

/* Takes `size` bytes at an offset that is a multiple of `align` (a power of
 * two).  Safe between tasks and processes that share `end`. */
uint64_t medium_file_reserve(struct medium_file *file, uint64_t size, uint64_t align);

/* All of it at `offset`, or -errno (a short write is continued, end of file is -EBADMSG). */
int medium_file_write_at(int fd, const void *data, size_t size, uint64_t offset);
int medium_file_read_at(int fd, void *data, size_t size, uint64_t offset);

#endif
