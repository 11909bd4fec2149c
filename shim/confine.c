/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters of threads: into the ghost and back. */
#include "confine.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "anchor.h"
#include "filters.h"
#include "proc.h"
#include "report.h"
#include "slot.h"

#define KEPT_FLAGS (SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW)

void confine_capture(struct confinement *confinement)
{
	long mode = sys_call6(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0, 0);

	/* A filter may forbid the question. */
	if (mode < 0)
		mode = anchor.filters.list ? SECCOMP_MODE_FILTER : 0;
	confinement->mode = (uint32_t)mode;
	confinement->filter = filters_own();
}

static uint32_t count_of(uint32_t tid)
{
	char path[48];
	struct text text;

	/* Numbers of another namespace are not ours to look up. */
	if (proc_pid() != (uint32_t)anchor.pid)
		return FILTERS_UNKNOWN;
	text_open(&text, path, sizeof(path));
	text_add(&text, "/task/");
	text_add_decimal(&text, tid);
	text_add(&text, "/status");
	return filters_count(proc_open(path, O_RDONLY | O_CLOEXEC));
}

static int refuse(struct refusals *refusals, const char *what)
{
	return refuse_process(refusals, what, "ask before it is installed");
}

/* Nothing that is half known may come back as a looser confinement. */
static int check_chain(const struct filter *filter, struct refusals *refusals)
{
	for (; filter; filter = filter->below) {
		if (filter->lost)
			return refuse(refusals, "a seccomp filter on top of one that nobody saw");
		if (filter->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
			return refuse(refusals, "a seccomp filter with a listener");
	}
	return 0;
}

static int describe(struct slot *slot, void *argument)
{
	struct confinement *confinement = &slot->confinement;
	struct filter *newest = confinement->filter;

	if (confinement->mode != SECCOMP_MODE_FILTER)
		return 0;
	if (filters_top(newest, count_of(slot->tid), &confinement->filter))
		return refuse(argument, "a seccomp filter that was installed past libc, or by "
					"another thread than its own");
	return check_chain(confinement->filter, argument);
}

int confine_describe(struct refusals *refusals)
{
	return slot_each(describe, refusals);
}

/* --- in the reborn process ------------------------------------------------------ */

static int meet(struct slot *slot, void *argument)
{
	const struct filter **common = argument;

	while (!slot->ended && !filters_descend(slot->confinement.filter, *common))
		*common = (*common)->below;
	return 0;
}

/* The deepest that is in every thread's chain. */
static const struct filter *common_filter(const struct filter *own)
{
	const struct filter *common = own;

	slot_each(meet, &common);
	return common;
}

static long set_filter(const struct filter *filter, uint32_t flags)
{
	struct sock_fprog program = {
		.len = (unsigned short)filter->length,
		.filter = (struct sock_filter *)(uintptr_t)filter->code,
	};

	return sys_call3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (filter->flags & KEPT_FLAGS) | flags,
			 &program);
}

/* Who has no right to it any more, as root that became a user, needs a promise that
 * it would have given had it been a user all along.  Without its filters a program
 * does not go on. */
static void install(const struct filter *filter, uint32_t flags)
{
	long error = set_filter(filter, flags);

	if (error == -EACCES) {
		sys_call6(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
		error = set_filter(filter, flags);
	}
	if (!error)
		return;
	report_line("a seccomp filter of the program cannot be had again, and it does not go on "
		    "without");
	sys_exit(125);
}

/* The oldest first: `filter` and those below it, down to `above`, which is there. */
static void install_chain(const struct filter *filter, const struct filter *above, uint32_t flags)
{
	for (const struct filter *next; filter && filter != above; above = next) {
		for (next = filter; next->below != above; next = next->below)
			;
		install(next, flags);
	}
}

static int is_first(struct slot *slot, void *first)
{
	if (slot->tid == (uint32_t)anchor.pid)
		*(struct slot **)first = slot;
	return 0;
}

static int note_common(struct slot *slot, void *common)
{
	slot->confinement.common = common;
	return 0;
}

/* A main thread that had ended has no chain: then the others have nothing in
 * common that it could put on them. */
void confine_revive_common(void)
{
	struct slot *first = NULL;
	const struct filter *common;

	slot_each(is_first, &first);
	if (!first || !first->confinement.filter)
		return;
	common = common_filter(first->confinement.filter);
	install_chain(common, NULL, SECCOMP_FILTER_FLAG_TSYNC);
	slot_each(note_common, (void *)(uintptr_t)common);
}

void confine_revive(struct slot *slot)
{
	install_chain(slot->confinement.filter, slot->confinement.common, 0);
	filters_set_own(slot->confinement.filter);
}
