/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan: where everything is staged, and the steps that bring it home. */
#ifndef RESTART_PLAN_H
#define RESTART_PLAN_H

/* Zone: free; pure: it asks nothing of the system.  Both krg-resume's own address
 * space and the program's are given; the result is a list of system calls.
 *
 * A region is staged at home, where the program had it, when nothing of
 * krg-resume's is in the way, and elsewhere otherwise.  After krg-resume's own
 * memory has been unmapped, the latter are moved home. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../ghost/kind/process.h"
#include "../ghost/kind/region.h"
#include "../ghost/landing.h"

struct plan_range {
	uint64_t start, end;
};

/* The pieces of the kernel's own mapping that move together. */
#define PLAN_VDSO_PIECES 4

struct plan {
	uint64_t *stage;	/* where each region of the ghost is put first */
	size_t regions;
	struct plan_range landing;

	struct landing_step *steps;
	size_t step_count, step_room;

	/* The vDSO and its data: where they are, where they wait, where they go.  Where
	 * the program keeps another kernel's (REGION_OLD_VDSO) they go into a gap. */
	size_t vdso_count, vdso_code;	/* number of pieces, and of the one with the code */
	struct plan_range vdso[PLAN_VDSO_PIECES];
	uint64_t vdso_wait[PLAN_VDSO_PIECES];
	uint64_t vdso_home[PLAN_VDSO_PIECES];

	struct plan_range *taken;	/* address space that is not free, sorted */
	size_t taken_count, taken_room;
	char error[256];
};

/* Whether a line of maps with that name is a piece of the vDSO. */
int plan_is_vdso(const char *name);

/* Chooses the places.  `maps` is the text of /proc/self/maps of the process that
 * will walk the plan; `extra` is how much besides the steps the landing zone
 * must hold.  0 or -errno with plan->error. */
int plan_places(struct plan *plan, const char *maps, const struct region_ghost *regions,
		size_t count, size_t extra);

/* Lists the steps, given the places.  `mm_map` is the address of a struct
 * prctl_mm_map in the landing zone, `mm_map_size` its size. */
int plan_steps(struct plan *plan, const struct region_ghost *regions, uint64_t mm_map,
	       size_t mm_map_size);

/* One line a step, for krg-resume --plan and the tests. */
void plan_print(const struct plan *plan, FILE *out);

void plan_free(struct plan *plan);

#endif
