/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would stop or weaken a ghost, told instead of making one. */
#ifndef SHIM_SURVEY_H
#define SHIM_SURVEY_H

/* Zone: signal, in the scribe.  The same code that captures finds what it cannot
 * carry, and goes on here; the lines go behind the mailbox in its file. */

#include <stdint.h>

#include "../ghost/kind.h"
#include "../ghost/kind/region.h"

struct scribe;

struct survey {
	int file;		/* of the mailbox */
	uint64_t size;		/* bytes of lines there */
	uint32_t stops, weakens;
};

/* Adds a line: what `stops` the ghost, or else only makes it less than all. */
void survey_tell(struct survey *survey, const char *line, int stops);

/* What can be carried, but comes back as something else. */
void survey_object(struct survey *survey, const struct seen *seen, const struct kind *kind);
void survey_region(struct survey *survey, const struct region_ghost *region);

/* Whether there is a place for the ghost. */
void survey_place(struct survey *survey, const char *name, uint64_t memory);

#endif
