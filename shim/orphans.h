/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files without a name that the program has open: what is in them travels along. */
#ifndef SHIM_ORPHANS_H
#define SHIM_ORPHANS_H

/* Zone: signal, in the scribe. */

#include <stdint.h>

#include "../ghost/kind.h"
#include "maps.h"
#include "pages.h"

#define ORPHANS 4096 /* more would take all descriptors that most programs may have */

/* Its number among the shared objects of the ghost is its place here. */
struct orphan {
	uint64_t device, inode, size;
	uint32_t path; /* checksum of it */
	int fd; /* to read it by */
	int borrowed; /* the program's own: its position must stay */
};

struct orphans {
	uint32_t count;
	struct orphan orphans[ORPHANS];
};

/* Notes the file of a description and records it, once.  `alone`: the descriptors are
 * the program's own.  0; -EACCES where it cannot be read, -E2BIG for too many, -errno. */
int orphans_note(struct orphans *orphans, const struct seen *seen, int alone, ghost_t *ghost,
		 void *record);

/* The number of the object that this shared mapping shows, or -ENOENT. */
int orphans_find(const struct orphans *orphans, const struct mapping *mapping);

/* Adds what is in them; holes are left out.  0 or -errno. */
int orphans_carry(const struct orphans *orphans, struct pages *pages);

void orphans_close(struct orphans *orphans);

#endif
