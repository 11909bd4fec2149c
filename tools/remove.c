/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost rm: removes ghosts, and nothing that is none. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "magic.h"

/* A symbolic link is no ghost: removing it would leave the ghost there. */
int command_remove(const char *path, struct failure *failure)
{
	int fd = magic_open(path, O_NOFOLLOW);

	if (fd == -ENOEXEC || fd == -ELOOP)
		return failure_set(failure, COMMAND_DAMAGED, "%s: not a ghost, not removed", path);
	if (fd < 0)
		return failure_set(failure, COMMAND_DAMAGED, "%s: cannot open: %s", path,
				   strerror(-fd));
	close(fd);
	if (unlink(path))
		return failure_set(failure, COMMAND_DAMAGED, "%s: cannot remove: %s", path,
				   strerror(errno));
	return 0;
}
