/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open regular file. */
#ifndef GHOST_KIND_REGULAR_H
#define GHOST_KIND_REGULAR_H

#include "process.h"

struct regular_ghost {
	struct object object;
	uint64_t offset;
	struct file_identity file;
};

/* Flags of F_GETFL that open() may be given again: those that create or
 * truncate did their work the first time. */
int reopen_flags(uint32_t flags);

/* The calling process's own file of /proc, at `offset`: for kind->enter. */
int enter_own_proc(const char *path, uint32_t flags, uint64_t offset);

/* Fills size, times and inode of an identity from what fstat said. */
void file_identity_from(struct file_identity *file, const struct stat *stat);

#endif
