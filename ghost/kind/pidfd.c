/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pidfd of the program itself. */
#include <errno.h>
#include <string.h>

#include "../fdinfo.h"
#include "../sys.h"
#include "kinds.h"

#define OPEN_FLAGS (O_NONBLOCK | O_EXCL) /* PIDFD_NONBLOCK, PIDFD_THREAD */

struct pidfd_ghost {
	struct object object;
};

static int make_ghost_pidfd(ghost_t *ghost, void *record, size_t size)
{
	struct pidfd_ghost *pidfd = record;

	if (size != sizeof(*pidfd))
		return ghost_fail(ghost, -EINVAL);
	return make_ghost_object(ghost, &pidfd->object);
}

static int is_of(const char *info, uint32_t process)
{
	const char *pid = fdinfo_field(info, "Pid:");

	return pid && process && text_take_decimal(&pid) == process;
}

static int capture_pidfd(const struct seen *seen, void *record, struct refusal *refusal)
{
	char info[1024];
	long length;

	(void)record;
	if (strcmp(seen->target, "anon_inode:[pidfd]"))
		return KIND_NOT_MINE;
	length = fdinfo_read(seen->fd, info, sizeof(info));
	if (length >= 0 && is_of(info, seen->process))
		return 0;
	refusal->what = "a pidfd of another process or of a thread";
	refusal->cure = "let the program close it first";
	return -EOPNOTSUPP;
}

/* Of krg-resume, for the time until the program's own process is there. */
static int revive_pidfd(const void *record, struct revive *revive)
{
	(void)record;
	(void)revive;
	return (int)sys_call2(SYS_pidfd_open, sys_getpid(), 0);
}

static int enter_pidfd(const void *record)
{
	const struct pidfd_ghost *pidfd = record;

	return (int)sys_call2(SYS_pidfd_open, sys_getpid(), pidfd->object.flags & OPEN_FLAGS);
}

static void describe_pidfd(const void *record, struct text *text)
{
	(void)record;
	text_add(text, "of the program itself");
}

const struct kind kind_pidfd = {
	.tag = KIND_TAG('P', 'I', 'D', 'F'),
	.version = 1,
	.name = "pidfd",
	.size = sizeof(struct pidfd_ghost),
	.make = make_ghost_pidfd,
	.capture = capture_pidfd,
	.revive = revive_pidfd,
	.describe = describe_pidfd,
	.enter = enter_pidfd,
};
