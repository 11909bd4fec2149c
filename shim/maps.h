/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The address space as /proc/self/smaps tells it. */
#ifndef SHIM_MAPS_H
#define SHIM_MAPS_H

/* Zone: signal; a pure parser but for the reading of the file. */

#include <stddef.h>
#include <stdint.h>

#include "../ghost/kind.h"

struct mapping {
	uint64_t start, end, offset, inode;
	uint64_t device;	/* as makedev(3) */
	uint32_t prot;		/* PROT_* */
	int shared;
	uint32_t flags;		/* REGION_* (ghost/kind/region.h) */
	int special;		/* pages of a device, not of memory (VmFlags io, pf) */
	int shadow_stack;	/* of CET (VmFlags ss) */
	int userfault;		/* registered with a userfaultfd */
	uint32_t key;		/* protection key */
	uint64_t swapped;	/* KiB */
	char path[KIND_PATH];	/* without "(deleted)" */
	int deleted;
};

/* Calls visit() for each mapping in the order of addresses until it returns
 * non-zero, which is returned; or -errno. `buffer` is for the file's text.
 * When `smaps` is 0 the shorter maps is read: no flags, no swap. */
int maps_each(int smaps, struct mapping *mapping, char *buffer, size_t size,
	      int (*visit)(struct mapping *mapping, void *argument), void *argument);

/* The parts of it, for the tests.  Whether a line begins a new mapping, or tells a
 * detail of the last one; the one is parsed into a cleared mapping (0 or -EINVAL),
 * of the other what is known is taken and the rest left alone. */
int maps_is_start(const char *line);
int maps_parse_start(const char *line, struct mapping *mapping);
void maps_parse_detail(const char *line, struct mapping *mapping);

#endif
