/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan: where everything is staged, and the steps that bring it home. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define PAGE 4096ULL
#define LOWEST 0x100000000ULL		/* below live position-dependent programs */
#define HIGHEST 0x7ffffffff000ULL	/* TASK_SIZE with four levels of page tables */
#define APART 0x7e0000000000ULL		/* where few programs have anything; heaps grow up to LOWEST */
#define GAP (16 * PAGE)			/* left free around what is staged */

/* krg-resume's own stack and heap may grow until it leaves. */
#define STACK_GROWTH (16ULL << 20)
#define HEAP_GROWTH (256ULL << 20)

static int fail(struct plan *plan, int error, const char *why)
{
	snprintf(plan->error, sizeof(plan->error), "%s", why);
	return error;
}

static int compare_ranges(const void *one, const void *other)
{
	const struct plan_range *a = one, *b = other;

	return a->start < b->start ? -1 : a->start > b->start;
}

static int take(struct plan *plan, uint64_t start, uint64_t end)
{
	if (plan->taken_count == plan->taken_room) {
		size_t room = plan->taken_room ? plan->taken_room * 2 : 256;
		void *larger = realloc(plan->taken, room * sizeof(*plan->taken));

		if (!larger)
			return fail(plan, -ENOMEM, "out of memory");
		plan->taken = larger;
		plan->taken_room = room;
	}
	plan->taken[plan->taken_count++] = (struct plan_range){ start, end };
	return 0;
}

static void sort_taken(struct plan *plan)
{
	qsort(plan->taken, plan->taken_count, sizeof(*plan->taken), compare_ranges);
}

static int overlaps(const struct plan_range *ranges, size_t count, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < count; i++)
		if (ranges[i].start < end && start < ranges[i].end)
			return 1;
	return 0;
}

/* The first gap from `at` on that holds `size` bytes and some air.  0 where there
 * is none. */
static uint64_t find_gap(struct plan *plan, uint64_t at, uint64_t size)
{

	sort_taken(plan);
	for (size_t i = 0; i < plan->taken_count; i++) {
		const struct plan_range *range = &plan->taken[i];

		if (range->end <= at)
			continue;
		if (range->start >= at && range->start - at >= size + 2 * GAP)
			break;
		at = range->end;
	}
	if (at > HIGHEST || HIGHEST - at < size + 2 * GAP)
		return 0;
	return at + GAP;
}

static uint64_t take_gap_from(struct plan *plan, uint64_t at, uint64_t size)
{
	uint64_t start = find_gap(plan, at, size);

	if (start && take(plan, start, start + size))
		return 0;
	return start;
}

static uint64_t take_gap(struct plan *plan, uint64_t size)
{
	return take_gap_from(plan, LOWEST, size);
}

int plan_is_vdso(const char *name)
{
	return !strcmp(name, "[vdso]") || !strncmp(name, "[vvar", 5);
}

/* One line of maps: notes the range as taken, and the vDSO's pieces. */
static int take_line(struct plan *plan, const char *line)
{
	unsigned long long start, end;
	char name[64] = "";

	if (sscanf(line, "%llx-%llx %*s %*s %*s %*s %63s", &start, &end, name) < 2)
		return fail(plan, -EINVAL, "/proc/self/maps is not understood");
	if (!strcmp(name, "[vsyscall]"))
		return 0;
	if (plan_is_vdso(name)) {
		if (plan->vdso_count == PLAN_VDSO_PIECES)
			return fail(plan, -E2BIG, "the kernel's vDSO has more pieces than known");
		if (!strcmp(name, "[vdso]"))
			plan->vdso_code = plan->vdso_count;
		plan->vdso[plan->vdso_count++] = (struct plan_range){ start, end };
	}
	if (!strcmp(name, "[stack]"))
		start -= STACK_GROWTH;
	if (!strcmp(name, "[heap]"))
		end += HEAP_GROWTH;
	return take(plan, start, end);
}

static int take_own(struct plan *plan, const char *maps)
{
	int error = 0;

	while (*maps && !error) {
		const char *end = strchr(maps, '\n');

		error = take_line(plan, maps);
		maps = end ? end + 1 : maps + strlen(maps);
	}
	return error;
}

static int place_regions(struct plan *plan, const struct region_ghost *regions)
{
	struct plan_range *own = malloc((plan->taken_count + 1) * sizeof(*own));
	size_t own_count = plan->taken_count;
	int error = own ? 0 : fail(plan, -ENOMEM, "out of memory");

	if (own)
		memcpy(own, plan->taken, own_count * sizeof(*own));
	/* All homes are taken before the first gap is looked for. */
	for (size_t i = 0; i < plan->regions && !error; i++)
		error = take(plan, regions[i].start, regions[i].end);
	for (size_t i = 0; i < plan->regions && !error; i++) {
		plan->stage[i] = regions[i].start;
		if (regions[i].type == REGION_VDSO ||
		    !overlaps(own, own_count, regions[i].start, regions[i].end))
			continue;
		plan->stage[i] = take_gap(plan, regions[i].end - regions[i].start);
		if (!plan->stage[i])
			error = fail(plan, -ENOMEM, "no address space is left to stage memory in");
	}
	free(own);
	return error;
}

/* The pieces correspond in the order of addresses: the kernel maps them in one
 * go, always in the same order (arch/x86/entry/vdso/vma.c). */
static int place_vdso(struct plan *plan, const struct region_ghost *regions)
{
	size_t piece = 0;

	for (size_t i = 0; i < plan->regions; i++) {
		if (regions[i].type != REGION_VDSO)
			continue;
		if (piece == plan->vdso_count ||
		    regions[i].end - regions[i].start !=
			    plan->vdso[piece].end - plan->vdso[piece].start)
			return fail(plan, -ENOEXEC,
				    "this kernel's vDSO has another size than the ghost's");
		plan->vdso_home[piece] = regions[i].start;
		plan->vdso_wait[piece] = take_gap(plan, regions[i].end - regions[i].start);
		if (!plan->vdso_wait[piece])
			return fail(plan, -ENOMEM, "no address space is left for the vDSO");
		piece++;
	}
	/* A program that unmapped it gets none. */
	if (piece && piece != plan->vdso_count)
		return fail(plan, -ENOEXEC, "this kernel's vDSO has more pieces than the ghost's");
	plan->vdso_count = piece;
	return 0;
}

static int has_old_vdso(const struct plan *plan, const struct region_ghost *regions)
{
	for (size_t i = 0; i < plan->regions; i++)
		if (regions[i].type == REGION_OLD_VDSO)
			return 1;
	return 0;
}

/* All pieces together, for good, where neither has anything: they get there in
 * one move. */
static int place_vdso_apart(struct plan *plan)
{
	uint64_t start = plan->vdso[0].start, gap;
	size_t last = plan->vdso_count - 1;

	if (!plan->vdso_count)
		return 0;
	gap = take_gap_from(plan, APART, plan->vdso[last].end - start);
	if (!gap)
		gap = take_gap(plan, plan->vdso[last].end - start);
	if (!gap)
		return fail(plan, -ENOMEM, "no address space is left for the vDSO");
	for (size_t i = 0; i <= last; i++)
		plan->vdso_home[i] = plan->vdso_wait[i] = gap + (plan->vdso[i].start - start);
	return 0;
}

int plan_places(struct plan *plan, const char *maps, const struct region_ghost *regions,
		size_t count, size_t extra)
{
	uint64_t size;
	int error;

	memset(plan, 0, sizeof(*plan));
	plan->regions = count;
	plan->stage = calloc(count + 1, sizeof(*plan->stage));
	if (!plan->stage)
		return fail(plan, -ENOMEM, "out of memory");
	error = take_own(plan, maps);
	if (!error)
		error = place_regions(plan, regions);
	if (!error)
		error = has_old_vdso(plan, regions) ? place_vdso_apart(plan)
						    : place_vdso(plan, regions);
	if (error)
		return error;
	/* Every kept range needs at most one munmap before it and one mremap. */
	plan->step_room = 2 * count + 4 * PLAN_VDSO_PIECES + 8;
	plan->steps = calloc(plan->step_room, sizeof(*plan->steps));
	size = (extra + plan->step_room * sizeof(*plan->steps) + PAGE - 1) & ~(PAGE - 1);
	plan->landing.start = take_gap(plan, size);
	plan->landing.end = plan->landing.start + size;
	if (!plan->steps || !plan->landing.start)
		return fail(plan, -ENOMEM, "out of memory");
	return 0;
}

static void add_step(struct plan *plan, int64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		     uint64_t e)
{
	struct landing_step *step = &plan->steps[plan->step_count++];

	*step = (struct landing_step){ .nr = nr, .argument = { a, b, c, d, e, 0 } };
}

static void move(struct plan *plan, uint64_t from, uint64_t size, uint64_t to)
{
	add_step(plan, SYS_mremap, from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
}

/* Everything between what is kept goes, whether or not anything is known to be
 * there: krg-resume may have mapped more since its maps were read. */
static int unmap_others(struct plan *plan, const struct region_ghost *regions)
{
	struct plan_range *keep = calloc(plan->regions + PLAN_VDSO_PIECES + 1, sizeof(*keep));
	uint64_t at = 0;
	size_t count = 0;

	if (!keep)
		return fail(plan, -ENOMEM, "out of memory");
	for (size_t i = 0; i < plan->regions; i++)
		if (regions[i].type != REGION_VDSO)
			keep[count++] = (struct plan_range){
				plan->stage[i], plan->stage[i] + regions[i].end - regions[i].start,
			};
	for (size_t i = 0; i < plan->vdso_count; i++)
		keep[count++] = plan->vdso[i];
	keep[count++] = plan->landing;
	qsort(keep, count, sizeof(*keep), compare_ranges);
	for (size_t i = 0; i < count; i++) {
		if (keep[i].start > at)
			add_step(plan, SYS_munmap, at, keep[i].start - at, 0, 0, 0);
		at = keep[i].end;
	}
	if (at < HIGHEST)
		add_step(plan, SYS_munmap, at, HIGHEST - at, 0, 0, 0);
	free(keep);
	return 0;
}

int plan_steps(struct plan *plan, const struct region_ghost *regions, uint64_t mm_map,
	       size_t mm_map_size)
{
	int error = unmap_others(plan, regions);

	if (error)
		return error;
	for (size_t i = 0; i < plan->vdso_count; i++)
		move(plan, plan->vdso[i].start, plan->vdso[i].end - plan->vdso[i].start,
		     plan->vdso_wait[i]);
	for (size_t i = 0; i < plan->regions; i++)
		if (plan->stage[i] != regions[i].start)
			move(plan, plan->stage[i], regions[i].end - regions[i].start,
			     regions[i].start);
	for (size_t i = 0; i < plan->vdso_count; i++)
		if (plan->vdso_wait[i] != plan->vdso_home[i])
			move(plan, plan->vdso_wait[i], plan->vdso[i].end - plan->vdso[i].start,
			     plan->vdso_home[i]);
	if (mm_map)
		add_step(plan, SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, mm_map, mm_map_size, 0);
	return 0;
}

static const char *step_name(int64_t nr)
{
	switch (nr) {
	case SYS_munmap:
		return "munmap";
	case SYS_mremap:
		return "mremap";
	case SYS_prctl:
		return "prctl";
	default:
		return "?";
	}
}

void plan_print(const struct plan *plan, FILE *out)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct landing_step *step = &plan->steps[i];

		fprintf(out, "%s 0x%llx 0x%llx", step_name(step->nr),
			(unsigned long long)step->argument[0],
			(unsigned long long)step->argument[1]);
		if (step->nr == SYS_mremap)
			fprintf(out, " -> 0x%llx", (unsigned long long)step->argument[4]);
		fputc('\n', out);
	}
}

void plan_free(struct plan *plan)
{
	free(plan->stage);
	free(plan->steps);
	free(plan->taken);
	memset(plan, 0, sizeof(*plan));
}
