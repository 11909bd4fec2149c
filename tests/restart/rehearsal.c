/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan from its beginning to its end: built, printed, and walked in a made-up address space. */
#include "rehearsal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_GROWN (15ULL << 20)
#define HEAP_GROWN  (250ULL << 20)
#define LATER_STEPS 2 /* that leave.c adds to those of the plan */

__attribute__((format(printf, 2, 3))) static int wrong(struct rehearsal *rehearsal,
						       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(rehearsal->error, sizeof(rehearsal->error), format, arguments);
	va_end(arguments);
	return 1;
}

static int has_type(const struct region_ghost *regions, size_t count, uint32_t type)
{
	for (size_t i = 0; i < count; i++)
		if (regions[i].type == type)
			return 1;
	return 0;
}

/* Whether krg-resume's own vDSO is wanted, in the program's places or in others. */
static int wants_vdso(const struct region_ghost *regions, size_t count)
{
	return has_type(regions, count, REGION_VDSO) || has_type(regions, count, REGION_OLD_VDSO);
}

static void grow_down(struct space *space, uint64_t start)
{
	size_t at = space_find(space, start);
	uint64_t least = at ? space->pieces[at - 1].end : 0;

	if (start - least > STACK_GROWN)
		least = start - STACK_GROWN;
	space->pieces[at].start = least;
}

static void grow_up(struct space *space, uint64_t start)
{
	size_t at = space_find(space, start);
	uint64_t most = at + 1 < space->count ? space->pieces[at + 1].start : SPACE_END;

	if (most - space->pieces[at].end > HEAP_GROWN)
		most = space->pieces[at].end + HEAP_GROWN;
	space->pieces[at].end = most;
}

static int add_own(struct rehearsal *rehearsal, const char *maps, int with_vdso)
{
	struct space *space = &rehearsal->space;
	uint64_t start, end, heap = 0, stack = 0;
	long vdso = 0, owner;
	const char *name;

	for (; *maps; maps = strchr(maps, '\n') + 1) {
		if (sscanf(maps, "%lx-%lx", &start, &end) != 2)
			return wrong(rehearsal, "\"%.60s\" is no line of maps", maps);
		name = memchr(maps, '[', strcspn(maps, "\n"));
		if (!name)
			name = "";
		if (!strncmp(name, "[vsyscall]", 10))
			continue;
		if (!strncmp(name, "[heap]", 6))
			heap = start;
		if (!strncmp(name, "[stack]", 7))
			stack = start;
		owner = with_vdso && !strncmp(name, "[v", 2) ? SPACE_VDSO(vdso++) : SPACE_OWN;
		if (space_add(space, start, end, owner))
			return wrong(rehearsal, "%s", space->error);
	}
	if (heap)
		grow_up(space, heap);
	if (stack)
		grow_down(space, stack);
	return 0;
}

static int add_staged(struct rehearsal *rehearsal, const struct region_ghost *regions, size_t count)
{
	const struct plan *plan = &rehearsal->plan;
	struct space *space = &rehearsal->space;
	int error = 0;

	for (size_t i = 0; i < count && !error; i++)
		if (regions[i].type != REGION_VDSO)
			error = space_add(space, plan->stage[i],
					  plan->stage[i] + regions[i].end - regions[i].start,
					  (long)i);
	if (!error)
		error = space_add(space, plan->landing.start, plan->landing.end, SPACE_LANDING);
	return error ? wrong(rehearsal, "%s", space->error) : 0;
}

/* Where the kernel puts it: as high as there is room. */
static void add_late(struct space *space)
{
	for (size_t at = space->count; at--;) {
		uint64_t end = space->pieces[at].start;
		uint64_t below = at ? space->pieces[at - 1].end : 0;

		if (end - below >= SPACE_PAGE) {
			space_add(space, end - SPACE_PAGE, end, SPACE_OWN);
			return;
		}
	}
}

static int check_room(struct rehearsal *rehearsal)
{
	const struct plan *plan = &rehearsal->plan;
	size_t size = plan->landing.end - plan->landing.start;

	if (plan->step_count + LATER_STEPS > plan->step_room)
		return wrong(rehearsal, "%zu steps are too many for %zu", plan->step_count,
			     plan->step_room);
	if (size < REHEARSAL_EXTRA + plan->step_room * sizeof(*plan->steps))
		return wrong(rehearsal, "%zu bytes are too few for the steps", size);
	return 0;
}

static int print_steps(struct rehearsal *rehearsal)
{
	size_t size;
	FILE *out = open_memstream(&rehearsal->steps, &size);

	if (!out)
		return wrong(rehearsal, "out of memory");
	plan_print(&rehearsal->plan, out);
	fclose(out);
	return 0;
}

static int expect(struct rehearsal *rehearsal, uint64_t start, uint64_t end, long owner)
{
	const struct space *space = &rehearsal->space;
	size_t at = space_find(space, start);

	if (at < space->count && space->pieces[at].start == start && space->pieces[at].end == end &&
	    space->pieces[at].owner == owner)
		return 0;
	return wrong(rehearsal, "%#lx-%#lx of %ld is not at home at the end", start, end, owner);
}

/* As many pieces as krg-resume has, at the same distances. */
static int check_apart(struct rehearsal *rehearsal)
{
	const struct plan *plan = &rehearsal->plan;
	int error = 0;

	for (size_t i = 0; i < plan->vdso_count && !error; i++) {
		uint64_t home = plan->vdso_home[i], size = plan->vdso[i].end - plan->vdso[i].start;

		error = expect(rehearsal, home, home + size, SPACE_VDSO(i));
		if (!error && home - plan->vdso_home[0] != plan->vdso[i].start - plan->vdso[0].start)
			error = wrong(rehearsal, "piece %zu lies at another distance", i);
	}
	return error;
}

static int check_end(struct rehearsal *rehearsal, const struct region_ghost *regions, size_t count)
{
	const struct plan_range *landing = &rehearsal->plan.landing;
	int error = expect(rehearsal, landing->start, landing->end, SPACE_LANDING);
	size_t expected = count + 1;
	long vdso = 0;

	if (!error && has_type(regions, count, REGION_OLD_VDSO)) {
		error = check_apart(rehearsal);
		expected += rehearsal->plan.vdso_count;
	}
	for (size_t i = 0; i < count && !error; i++)
		error = expect(rehearsal, regions[i].start, regions[i].end,
			       regions[i].type == REGION_VDSO ? SPACE_VDSO(vdso++) : (long)i);
	if (!error && rehearsal->space.count != expected)
		error = wrong(rehearsal, "%zu pieces are there at the end, not %zu",
			      rehearsal->space.count, expected);
	return error;
}

int rehearse(struct rehearsal *rehearsal, const char *maps, const struct region_ghost *regions,
	     size_t count)
{
	struct plan *plan = &rehearsal->plan;
	int error;

	memset(rehearsal, 0, sizeof(*rehearsal));
	error = plan_places(plan, maps, regions, count, REHEARSAL_EXTRA);
	if (!error)
		error = plan_steps(plan, regions, plan->landing.start, 100);
	if (error) {
		wrong(rehearsal, "%s", plan->error);
		return error;
	}
	if (check_room(rehearsal) || print_steps(rehearsal) ||
	    add_own(rehearsal, maps, wants_vdso(regions, count)) ||
	    add_staged(rehearsal, regions, count))
		return 1;
	add_late(&rehearsal->space);
	if (space_walk(&rehearsal->space, rehearsal->steps))
		return wrong(rehearsal, "%s", rehearsal->space.error);
	return check_end(rehearsal, regions, count);
}

void rehearsal_end(struct rehearsal *rehearsal)
{
	plan_free(&rehearsal->plan);
	space_free(&rehearsal->space);
	free(rehearsal->steps);
	rehearsal->steps = NULL;
}
