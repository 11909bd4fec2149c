/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that a checkpoint works in: one mapping, there only while it lasts. */
#ifndef SHIM_SCRATCH_H
#define SHIM_SCRATCH_H

/* One mapping, so that it can be left out of the ghost by one comparison: what
 * is needed before or while the address space is read lies here. */

#include <stdint.h>

#include "descriptors.h"
#include "orphans.h"
#include "pages.h"
#include "quiesce.h"
#include "regions.h"
#include "scribe.h"

#define SCRATCH_STACK (256U << 10)

struct scratch {
	struct stop_entry stops[STOP_ENTRIES];
	struct quiesce quiesce;
	struct regions regions;
	struct descriptors descriptors;
	struct orphans orphans;
	struct pages pages;
	struct scribe scribe;
	char stop_stack[SCRATCH_STACK] __attribute__((aligned(64)));
	char scribe_stack[SCRATCH_STACK] __attribute__((aligned(64)));

	/* These follow, with sizes that depend on what memory can be had. */
	uint64_t size;
	struct page_job *jobs;
	size_t job_room;
	struct descriptor_entry *descriptor_entries;
	uint32_t *descriptor_order;
	uint32_t descriptor_room;
	void *record;
	unsigned char *records;
	size_t record_room;
};

/* NULL where there is no memory.  Every page of it is fresh. */
struct scratch *scratch_open(void);
void scratch_close(struct scratch *scratch);

#endif
