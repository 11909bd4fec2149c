/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which pages of a mapping hold something. */
#ifndef SHIM_RESIDENT_H
#define SHIM_RESIDENT_H

/* Zone: signal.  PAGEMAP_SCAN where the kernel has it (6.7), /proc/self/pagemap
 * otherwise.  Never-touched and zero pages are not reported. */

#include <stdint.h>

struct resident {
	int pagemap;		/* descriptor of /proc/self/pagemap */
	int *can_scan;		/* cleared at the first refusal */
	int *knows_guards;
	int (*run)(uint64_t start, uint64_t end, void *argument);
	int (*guard)(uint64_t start, uint64_t end, void *argument);
	void *argument;
};

/* Pages of a private mapping that differ from what a fresh one would have: of a
 * file, those that were written; else those that were touched. */
int resident_private(const struct resident *resident, uint64_t start, uint64_t end, int file);

/* Pages of a shared object, mapped here or not.  With pages in swap (KiB) they
 * cannot be told apart cheaply, so all are reported. */
int resident_shared(const struct resident *resident, uint64_t start, uint64_t end,
		    uint64_t swapped);

#endif
