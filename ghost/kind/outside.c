/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A descriptor that leads out of the application: it becomes krg-resume's own. */
#include <errno.h>
#include <string.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "outside.h"
#include "pipe.h"

struct outside_ghost {
	struct object object;
	uint32_t fd;		/* by which the program was given it */
	char was[64];		/* for people: "pipe:[123]", "/dev/pts/4" */
};

static int make_ghost_outside(ghost_t *ghost, void *record, size_t size)
{
	struct outside_ghost *outside = record;

	if (size != sizeof(*outside))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &outside->object);
	ghost_u32(ghost, &outside->fd);
	return ghost_string(ghost, outside->was, sizeof(outside->was));
}

/* /dev/null and its like are the same everywhere and stay what they are. */
static int leads_outside(const struct seen *seen)
{
	if (S_ISCHR(seen->stat.st_mode))
		return seen->stat.st_rdev >> 8 != 1;
	if (S_ISFIFO(seen->stat.st_mode))
		return !pipe_is_inside(seen);
	return S_ISSOCK(seen->stat.st_mode);
}

static int capture_outside(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct outside_ghost *outside = record;

	(void)refusal;
	/* What the program itself connected to cannot be had from anybody else. */
	if ((seen->fd > 2 && !seen->inherited) || !leads_outside(seen))
		return KIND_NOT_MINE;
	outside->fd = (uint32_t)seen->fd;
	memcpy(outside->was, seen->target, sizeof(outside->was) - 1);
	outside->was[sizeof(outside->was) - 1] = '\0';
	return 0;
}

static int revive_outside(const void *record, struct revive *revive)
{
	const struct outside_ghost *outside = record;
	int own = revive->own(revive, (int)outside->fd);

	/* What krg-resume was started without reads as empty and takes everything. */
	return own >= 0 ? own : sys_open("/dev/null", O_RDWR, 0);
}

int outside_is_terminal(const void *record)
{
	const struct outside_ghost *outside = record;

	return text_after(outside->was, "/dev/pts/") || text_after(outside->was, "/dev/tty");
}

static void describe_outside(const void *record, struct text *text)
{
	const struct outside_ghost *outside = record;

	text_add(text, outside->was);
	text_add(text, ", outside: becomes descriptor ");
	text_add_decimal(text, outside->fd);
	text_add(text, " of krg-resume");
}

const struct kind kind_outside = {
	.tag = KIND_TAG('O', 'U', 'T', 'S'),
	.version = 1,
	.name = "outside",
	.size = sizeof(struct outside_ghost),
	.make = make_ghost_outside,
	.capture = capture_outside,
	.revive = revive_outside,
	.describe = describe_outside,
};
