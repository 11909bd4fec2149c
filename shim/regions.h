/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the address space: a record for each region, jobs for its pages. */
#ifndef SHIM_REGIONS_H
#define SHIM_REGIONS_H

/* Zone: signal, in the scribe, while nothing else changes the address space. */

#include <stdint.h>

#include "../ghost/ghost.h"
#include "../ghost/kind/region.h"
#include "embed.h"
#include "maps.h"
#include "pages.h"
#include "refuse.h"

#define SHARED_RANGES 512	/* mappings of shared objects without a name */

/* A part of a shared object that is already being carried. */
struct shared_range {
	uint64_t device, inode;
	uint64_t from, to;	/* offsets */
	uint32_t object;
};

struct regions {
	ghost_t *ghost;
	struct pages *pages;
	struct refusals *refusals;
	uint32_t execute_only;	/* the kernel's own protection key, met on the way */
	uint64_t exclude_start, exclude_end;	/* the checkpoint's own scratch memory */
	int pagemap;		/* /proc/self/pagemap */
	const struct orphans *orphans;	/* files without a name that are open, too */
	int can_scan;		/* PAGEMAP_SCAN works; 0 on kernels before 6.7 */
	int knows_guards;	/* and tells guard pages */
	uint32_t count;
	uint32_t objects;
	uint32_t shared_count;
	struct shared_range shared[SHARED_RANGES];
	struct embed embed;
	uint32_t embedded;		/* number of the current mapping's file, or 0 */
	uint64_t unchanged;		/* up to here it has been looked at */
	struct mapping mapping;		/* the current one */
	struct region_ghost record;
	struct file_identity file;	/* of the last path asked for: libraries come in rows */
	char text[65536];
};

/* Records every region and adds its pages.  0 or -errno. */
int regions_capture(struct regions *regions);

#endif
