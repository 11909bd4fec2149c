/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a file lock that the process holds. */
#ifndef GHOST_KIND_LOCK_H
#define GHOST_KIND_LOCK_H

#include "../kind.h"

enum lock_type {
	LOCK_POSIX,	/* fcntl(F_SETLK): belongs to the process */
	LOCK_OFD,	/* fcntl(F_OFD_SETLK): belongs to the description */
	LOCK_FLOCK,	/* flock(): belongs to the description */
	LOCK_TYPES
};

struct lock_ghost {
	uint32_t fd;	/* any descriptor through which it can be taken again */
	uint32_t type;
	uint8_t exclusive;
	uint64_t start;
	uint64_t length;	/* 0: to the end of the file, however far that moves */
};

/* Reads one "lock:" line of /proc/self/fdinfo/N (fs/locks.c, lock_get_status).
 * Returns 0, or -EINVAL for a line of another sort (a lease, a waiter). */
int lock_parse(const char *line, struct lock_ghost *lock);

/* Takes the lock for the calling process.  0 or -errno; -EAGAIN: somebody has it. */
int lock_retake(const struct lock_ghost *lock);

#endif
