/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signalfd: signals that wait, read from a descriptor. */
#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>

#include "../fdinfo.h"
#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

/* The signals themselves wait at the process and its threads (shim/pending.c). */
struct signalfd_ghost {
	struct object object;
	uint64_t mask;
};

static int make_ghost_signalfd(ghost_t *ghost, void *record, size_t size)
{
	struct signalfd_ghost *signalfd = record;

	if (size != sizeof(*signalfd))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &signalfd->object);
	return ghost_u64(ghost, &signalfd->mask);
}

static int capture_signalfd(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct signalfd_ghost *signalfd = record;
	int error;

	if (strcmp(seen->target, "anon_inode:[signalfd]"))
		return KIND_NOT_MINE;
	error = fdinfo_hex(seen->fd, "sigmask:", &signalfd->mask);
	if (error) {
		refusal->what = "a signalfd whose set cannot be read";
		refusal->cure = "mount /proc";
	}
	return error;
}

static int revive_signalfd(const void *record, struct revive *revive)
{
	const struct signalfd_ghost *signalfd = record;

	(void)revive;
	return (int)sys_call4(SYS_signalfd4, -1, &signalfd->mask, sizeof(signalfd->mask),
			      signalfd->object.flags & O_NONBLOCK);
}

static void describe_signalfd(const void *record, struct text *text)
{
	text_add(text, "signals ");
	text_add_hex(text, ((const struct signalfd_ghost *)record)->mask);
}

const struct kind kind_signalfd = {
	.tag = KIND_TAG('S', 'G', 'F', 'D'),
	.version = 1,
	.name = "signalfd",
	.size = sizeof(struct signalfd_ghost),
	.make = make_ghost_signalfd,
	.capture = capture_signalfd,
	.revive = revive_signalfd,
	.describe = describe_signalfd,
};
