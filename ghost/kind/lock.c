/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a file lock that the process holds. */
#include "lock.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

static int make_ghost_lock(ghost_t *ghost, void *record, size_t size)
{
	struct lock_ghost *lock = record;

	if (size != sizeof(*lock))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &lock->fd);
	ghost_count(ghost, &lock->type, LOCK_TYPES - 1);
	ghost_u8(ghost, &lock->exclusive);
	ghost_u64(ghost, &lock->start);
	return ghost_u64(ghost, &lock->length);
}

static const char *next_word(const char *cursor)
{
	while (*cursor && *cursor != ' ')
		cursor++;
	while (*cursor == ' ')
		cursor++;
	return cursor;
}

/* "lock:\t1: POSIX  ADVISORY  WRITE 1234 08:01:5678 0 EOF" */
int lock_parse(const char *line, struct lock_ghost *lock)
{
	const char *cursor = text_after(line, "lock:\t");

	if (!cursor)
		return -EINVAL;
	cursor = next_word(cursor);
	if (text_after(cursor, "POSIX"))
		lock->type = LOCK_POSIX;
	else if (text_after(cursor, "OFDLCK"))
		lock->type = LOCK_OFD;
	else if (text_after(cursor, "FLOCK"))
		lock->type = LOCK_FLOCK;
	else
		return -EINVAL;
	cursor = next_word(next_word(cursor));
	lock->exclusive = text_after(cursor, "WRITE") != NULL;
	cursor = next_word(next_word(next_word(cursor)));
	lock->start = text_take_decimal(&cursor);
	cursor = next_word(cursor);
	lock->length = text_after(cursor, "EOF") ? 0
						 : text_take_decimal(&cursor) - lock->start + 1;
	return 0;
}

int lock_retake(const struct lock_ghost *lock)
{
	struct flock range = {
		.l_type = lock->exclusive ? F_WRLCK : F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)lock->start,
		.l_len = (off_t)lock->length,
	};

	if (lock->type == LOCK_FLOCK)
		return (int)sys_call2(SYS_flock, lock->fd,
				      (lock->exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
	return sys_fcntl((int)lock->fd, lock->type == LOCK_OFD ? F_OFD_SETLK : F_SETLK,
			 (uint64_t)(uintptr_t)&range);
}

const struct kind kind_lock = {
	.tag = KIND_TAG('L', 'O', 'C', 'K'),
	.version = 1,
	.name = "lock",
	.size = sizeof(struct lock_ghost),
	.make = make_ghost_lock,
};
