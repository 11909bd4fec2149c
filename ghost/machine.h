/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the CPU offers and how it lays out its extended state. */
#ifndef GHOST_MACHINE_H
#define GHOST_MACHINE_H

/* Zone: signal.  Restored code has already chosen its instructions (IFUNC), and
 * the signal frames in a ghost have the layout of the CPU that made them (see
 * xstate.h): both must be compared before a restart.  Intel SDM 1, chapter 13. */

#include <stddef.h>
#include <stdint.h>

#include "ghost.h"
#include "text.h"

#define MACHINE_WORDS 10
#define MACHINE_FIRST_WORDS 8	/* in the ghost; the others follow elsewhere */
#define MACHINE_XSTATES 20

struct machine {
	uint32_t features[MACHINE_WORDS];	/* CPUID words, see machine.c */
	uint64_t xcr0;				/* state components in use */
	uint32_t xsave_size;			/* bytes, standard format */
	uint32_t xsave_offset[MACHINE_XSTATES];	/* of component i in that format */
};

void machine_ask(struct machine *machine);
int make_ghost_machine(ghost_t *ghost, struct machine *machine);

/* The words that came later, for the end of what stands in the first page: there an
 * older ghost has zeros, which need nothing. */
int make_ghost_machine_more(ghost_t *ghost, struct machine *machine);

/* Names what `ghost` needs and `here` lacks; returns how many things. */
int machine_missing(const struct machine *ghost, const struct machine *here, struct text *names);

/* True where a signal frame made on one is understood by the other as it is. */
int machine_same_frames(const struct machine *one, const struct machine *other);

#endif
