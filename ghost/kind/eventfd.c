/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An eventfd: a counter with a descriptor. */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>

#include "../fdinfo.h"
#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

struct eventfd_ghost {
	struct object object;
	uint64_t count;
	uint8_t semaphore;
};

static int make_ghost_eventfd(ghost_t *ghost, void *record, size_t size)
{
	struct eventfd_ghost *eventfd = record;

	if (size != sizeof(*eventfd))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &eventfd->object);
	ghost_u64(ghost, &eventfd->count);
	return ghost_u8(ghost, &eventfd->semaphore);
}

static int capture_eventfd(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct eventfd_ghost *eventfd = record;
	uint64_t semaphore = 0;
	int error;

	if (strcmp(seen->target, "anon_inode:[eventfd]"))
		return KIND_NOT_MINE;
	error = fdinfo_hex(seen->fd, "eventfd-count:", &eventfd->count);
	if (error) {
		refusal->what = "an eventfd whose counter cannot be read";
		refusal->cure = "mount /proc";
		return error;
	}
	/* Linux before 6.5 does not tell; a plain counter is by far the commoner. */
	error = fdinfo_hex(seen->fd, "eventfd-semaphore:", &semaphore);
	if (error && error != -ENOENT)
		return error;
	eventfd->semaphore = semaphore != 0;
	return 0;
}

static int revive_eventfd(const void *record, struct revive *revive)
{
	const struct eventfd_ghost *eventfd = record;
	int flags = (int)eventfd->object.flags & O_NONBLOCK;
	int fd = (int)sys_call2(SYS_eventfd2, 0, flags | (eventfd->semaphore ? EFD_SEMAPHORE : 0));

	(void)revive;
	/* The counter given at creation has 32 bits, the one written has 64. */
	if (fd >= 0 && eventfd->count)
		sys_write(fd, &eventfd->count, sizeof(eventfd->count));
	return fd;
}

static void describe_eventfd(const void *record, struct text *text)
{
	const struct eventfd_ghost *eventfd = record;

	text_add(text, eventfd->semaphore ? "semaphore " : "counter ");
	text_add_decimal(text, (int64_t)eventfd->count);
}

const struct kind kind_eventfd = {
	.tag = KIND_TAG('E', 'V', 'F', 'D'),
	.version = 1,
	.name = "eventfd",
	.size = sizeof(struct eventfd_ghost),
	.make = make_ghost_eventfd,
	.capture = capture_eventfd,
	.revive = revive_eventfd,
	.describe = describe_eventfd,
};
