/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The landing zone: the contract between krg-resume and the shim that it brings back. */
#ifndef GHOST_LANDING_H
#define GHOST_LANDING_H

/* krg-resume puts this, its bare code and the list of steps into a piece of
 * address space that neither it nor the program uses.  The first task walks the
 * steps, the others wait in the bare code; then all jump to the entry that the
 * ghost's header names, each with this and the address of its slot.  The shim
 * unmaps the zone when every task has left it. */

#include <stdint.h>

/* The shim in a ghost may be older than the krg-resume that brings it back: the
 * number stands in the ghost's first page, and is raised with every change here. */
#define LANDING_CONTRACT 2

#define LANDING_DROP_CAPABILITIES (1U << 0)	/* those that only the restart needed */
#define LANDING_ELSEWHERE (1U << 1)		/* pretend that this is another kind of CPU */

/* One system call. */
struct landing_step {
	int64_t nr;
	uint64_t argument[6];
	uint64_t may_fail;
};

/* A thread to be: where its stack in the program's memory ends, and its slot. */
struct landing_task {
	uint64_t stack, slot;
};

struct landing_range {
	uint64_t start, end;
};

struct landing {
	uint64_t start, size;	/* of the whole zone, for munmap */
	uint64_t entry;
	uint32_t flags;
	uint32_t task_count;	/* the first is the one that walks the steps */
	uint32_t waiting;	/* tasks that have reached the bare code */
	uint32_t go;		/* a futex: the address space is in place */
	uint32_t arrived;	/* a futex: tasks that have left the zone */
	uint32_t step_count;
	uint64_t vdso_start, vdso_end;	/* the kernel's code in the new address space, or 0 */
	uint64_t backing_device, backing_inode;	/* of the ghost, where it is mapped lazily */
	uint32_t lazy_count;
	uint32_t reserved;
	struct landing_range *lazy;	/* what is mapped from it */
	struct landing_task *tasks;
	struct landing_step *steps;
};

#endif
