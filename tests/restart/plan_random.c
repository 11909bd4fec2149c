/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan for thousands of address spaces that nobody thought of. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rehearsal.h"

#define LAYOUTS     4000
#define REGIONS_MAX 64
#define OWN_MAX     24

/* Numbers that are the same on every machine (xorshift64*, Vigna 2014). */
static uint64_t state;

static uint64_t random_below(uint64_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL >> 16) % limit;
}

/* Mostly small; now and then up to half a terabyte. */
static uint64_t random_size(void)
{
	uint64_t bits = random_below(16) ? random_below(10) : random_below(28);

	return (1 + random_below(1ULL << bits)) * SPACE_PAGE;
}

/* Somewhere; or beside, or across, an edge of what is there already. */
static uint64_t random_start(const struct space *near, uint64_t size)
{
	const struct space_piece *piece;
	uint64_t place;

	if (!near->count || !random_below(8))
		return random_below(SPACE_END / SPACE_PAGE) * SPACE_PAGE;
	piece = &near->pieces[random_below(near->count)];
	place = random_below(2) ? piece->start : piece->end;
	switch (random_below(5)) {
	case 0:
		return place;
	case 1:
		return place - size;
	case 2:
		return place - random_below(size / SPACE_PAGE + 1) * SPACE_PAGE;
	case 3:
		return place + random_below(32) * SPACE_PAGE;
	default:
		return place - random_below(1 << 16) * SPACE_PAGE;
	}
}

struct layout {
	struct space own, program;
	uint64_t vdso_sizes[PLAN_VDSO_PIECES];
	size_t vdso_count;
	char maps[(OWN_MAX + PLAN_VDSO_PIECES) * 80];
	struct region_ghost *regions; /* room for REGIONS_MAX and the vDSO */
	size_t region_count;
};

/* `size` bytes at a place that is free in `space`, chosen with an eye on `near`. */
static int add_somewhere(struct space *space, const struct space *near, uint64_t size, long owner)
{
	for (int tries = 0; tries < 20; tries++) {
		uint64_t start = random_start(near, size);

		if (start >= 16 * SPACE_PAGE && !space_add(space, start, start + size, owner))
			return 0;
	}
	return -1;
}

/* In one piece at first: it is split where it is written down. */
static void add_vdso(struct layout *layout, struct space *space)
{
	uint64_t size = 0;

	for (size_t i = 0; i < layout->vdso_count; i++)
		size += layout->vdso_sizes[i];
	while (size && add_somewhere(space, &layout->own, size, SPACE_VDSO(0)))
		;
}

static void make_own(struct layout *layout)
{
	uint64_t count = 1 + random_below(OWN_MAX);

	layout->vdso_count = random_below(PLAN_VDSO_PIECES + 1);
	for (size_t i = 0; i < layout->vdso_count; i++)
		layout->vdso_sizes[i] = (1 + random_below(4)) * SPACE_PAGE;
	add_vdso(layout, &layout->own);
	for (uint64_t i = 0; i < count; i++)
		add_somewhere(&layout->own, &layout->own, random_size(), SPACE_OWN);
}

static size_t write_line(char *to, uint64_t start, uint64_t size, const char *name)
{
	return (size_t)sprintf(to, "%lx-%lx r-xp 00000000 00:00 0  %s\n", start, start + size,
			       name);
}

/* One of the pieces is krg-resume's heap and another its stack, or none is. */
static void write_maps(struct layout *layout)
{
	size_t heap = random_below(OWN_MAX), stack = random_below(OWN_MAX);
	char *to = layout->maps;

	for (size_t i = 0; i < layout->own.count; i++) {
		const struct space_piece *piece = &layout->own.pieces[i];
		uint64_t at = piece->start;

		if (piece->owner == SPACE_OWN)
			to += write_line(to, at, piece->end - at,
					 i == heap    ? "[heap]"
					 : i == stack ? "[stack]"
						      : "");
		for (size_t k = 0; piece->owner != SPACE_OWN && k < layout->vdso_count; k++) {
			to += write_line(to, at, layout->vdso_sizes[k], k ? "[vdso]" : "[vvar]");
			at += layout->vdso_sizes[k];
		}
	}
}

static void add_region(struct layout *layout, uint64_t start, uint64_t size, uint32_t type)
{
	struct region_ghost *region = &layout->regions[layout->region_count++];

	region->start = start;
	region->end = start + size;
	region->type = type;
}

static void make_program(struct layout *layout)
{
	uint64_t count = random_below(REGIONS_MAX);

	if (random_below(4))
		add_vdso(layout, &layout->program);
	for (uint64_t i = 0; i < count; i++)
		add_somewhere(&layout->program, random_below(3) ? &layout->own : &layout->program,
			      random_size(), 0);
	for (size_t i = 0; i < layout->program.count; i++) {
		const struct space_piece *piece = &layout->program.pieces[i];
		uint64_t at = piece->start;

		if (!piece->owner)
			add_region(layout, at, piece->end - at, REGION_ANONYMOUS);
		for (size_t k = 0; piece->owner && k < layout->vdso_count; k++) {
			add_region(layout, at, layout->vdso_sizes[k], REGION_VDSO);
			at += layout->vdso_sizes[k];
		}
	}
}

/* That the layouts are what they are meant to be, and no easier. */
static struct {
	size_t at_home, elsewhere, vdso_moves;
} seen;

static void look(const struct layout *layout, const struct plan *plan)
{
	seen.vdso_moves += plan->vdso_count;
	for (size_t i = 0; i < layout->region_count; i++)
		if (plan->stage[i] == layout->regions[i].start)
			seen.at_home++;
		else
			seen.elsewhere++;
}

static void try_layout(uint64_t seed, struct region_ghost *regions)
{
	struct layout layout = { .regions = regions };
	struct rehearsal rehearsal;
	int error;

	state = seed;
	make_own(&layout);
	write_maps(&layout);
	make_program(&layout);
	error = rehearse(&rehearsal, layout.maps, layout.regions, layout.region_count);
	cr_assert_eq(error, 0, "seed %lu: %d: %s\n%s\n%s", seed, error, rehearsal.error,
		     layout.maps, rehearsal.steps ? rehearsal.steps : "");
	look(&layout, &rehearsal.plan);
	rehearsal_end(&rehearsal);
	space_free(&layout.own);
	space_free(&layout.program);
}

Test(plan_random, brings_every_program_home)
{
	struct region_ghost *regions = calloc(REGIONS_MAX + PLAN_VDSO_PIECES, sizeof(*regions));

	cr_assert(regions);
	for (uint64_t seed = 1; seed <= LAYOUTS; seed++)
		try_layout(seed, regions);
	cr_expect_gt(seen.at_home, 10 * LAYOUTS);
	cr_expect_gt(seen.elsewhere, 5 * LAYOUTS);
	cr_expect_gt(seen.vdso_moves, LAYOUTS);
	free(regions);
}
