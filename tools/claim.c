/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only one krg-run --resume at a time for one program: a lock beside its ghosts. */
#include "claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executable.h"

static int refuse(const char *path, struct failure *failure)
{
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "the lock %s cannot be had (%m): make the folder of the ghosts and let "
			   "this user write there",
			   path);
}

static int refuse_second(const struct claim *claim, struct failure *failure)
{
	char holder[16] = "";
	ssize_t length = pread(claim->fd, holder, sizeof(holder) - 1, 0);

	return failure_set(failure, EXECUTABLE_REFUSED,
			   "another krg-run --resume (process %d) runs this program: wait for its "
			   "end, or give this one another --output",
			   length > 0 ? atoi(holder) : 0);
}

/* The holder before us may have removed the file between our open and our lock. */
static int is_there(const struct claim *claim)
{
	struct stat ours, there;

	return !fstat(claim->fd, &ours) && !lstat(claim->path, &there) &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

int claim_take(struct claim *claim, const char *folder, uint32_t key, struct failure *failure)
{
	int length =
		snprintf(claim->path, sizeof(claim->path), "%s/.krg-run-%08x.lock", folder, key);

	errno = ENAMETOOLONG;
	if (length >= (int)sizeof(claim->path))
		return refuse(folder, failure);
	for (;;) {
		claim->fd = open(claim->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (claim->fd < 0)
			return refuse(claim->path, failure);
		if (flock(claim->fd, LOCK_EX | LOCK_NB) < 0) {
			int result = errno == EWOULDBLOCK ? refuse_second(claim, failure)
							  : refuse(claim->path, failure);

			close(claim->fd);
			return result;
		}
		if (is_there(claim))
			break;
		close(claim->fd);
	}
	/* Only for people. */
	if (ftruncate(claim->fd, 0) || dprintf(claim->fd, "%d\n", getpid()) < 0)
		return 0;
	return 0;
}

void claim_leave(struct claim *claim)
{
	unlink(claim->path);
	close(claim->fd);
}
