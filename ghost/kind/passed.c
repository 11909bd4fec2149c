/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a descriptor that is on its way, in a message that nobody has read. */
#include "passed.h"

#include <errno.h>
#include <stdlib.h>

#include "../scalar.h"
#include "kinds.h"

struct revived_passed {
	struct revived_passed *next;
	struct passed_ghost ghost;
};

static int make_ghost_passed(ghost_t *ghost, void *record, size_t size)
{
	struct passed_ghost *passed = record;

	if (size != sizeof(*passed))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &passed->number);
	return ghost_u32(ghost, &passed->object);
}

static int prepare_passed(const void *record, struct revive *revive)
{
	struct revived_passed *revived = calloc(1, sizeof(*revived));

	if (!revived)
		return -ENOMEM;
	revived->ghost = *(const struct passed_ghost *)record;
	revived->next = revive->passed;
	revive->passed = revived;
	return 0;
}

int passed_find(const struct revive *revive, uint32_t number)
{
	const struct revived_passed *revived = revive->passed;

	while (revived && revived->ghost.number != number)
		revived = revived->next;
	return revived ? revive->object(revive, revived->ghost.object) : -ENOENT;
}

void passed_done(struct revive *revive)
{
	struct revived_passed *revived;

	while ((revived = revive->passed)) {
		revive->passed = revived->next;
		free(revived);
	}
}

const struct kind kind_passed = {
	.tag = KIND_TAG('P', 'A', 'S', 'S'),
	.version = 1,
	.name = "passed",
	.size = sizeof(struct passed_ghost),
	.make = make_ghost_passed,
	.prepare = prepare_passed,
};
