/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a region of memory (one line of /proc/PID/maps). */
#ifndef GHOST_KIND_REGION_H
#define GHOST_KIND_REGION_H

#include "../kind.h"
#include "process.h"

enum region_type {
	REGION_ANONYMOUS,	/* private memory, every page in the ghost or zero */
	REGION_FILE,		/* private file: changed pages in the ghost, others in the file */
	REGION_SHARED_FILE,	/* all of it in the file */
	REGION_SHARED_OBJECT,	/* shared memory without a name: pages belong to `object` */
	REGION_VDSO,		/* vdso, vvar and its companions: the kernel's, moved */
	REGION_TYPES,

	/* Not in ghosts: a vDSO that is not this kernel's (restart/vdso.h). */
	REGION_OLD_VDSO = REGION_TYPES,
};

#define REGION_GROWSDOWN (1U << 0)
#define REGION_NORESERVE (1U << 1)
#define REGION_LOCKED (1U << 2)
#define REGION_LOCK_ON_FAULT (1U << 3)
#define REGION_HUGEPAGE (1U << 4)
#define REGION_NOHUGEPAGE (1U << 5)
#define REGION_DONTFORK (1U << 6)
#define REGION_WIPEONFORK (1U << 7)
#define REGION_DONTDUMP (1U << 8)
#define REGION_MERGEABLE (1U << 9)
#define REGION_SEQUENTIAL (1U << 10)
#define REGION_RANDOM (1U << 11)
#define REGION_DELETED (1U << 12)	/* its file had lost its name: content is all in the ghost */
#define REGION_HUGETLB (1U << 13)
#define REGION_SHARED_WRITE (1U << 14)	/* a shared file mapping that may become writable */

/* What memory from an embedded file is called after a restart, its path behind that:
 * the next checkpoint knows it by that for the file that it was. */
#define REGION_EMBEDDED "/memfd:ghost:"

struct region_ghost {
	uint64_t start, end;
	uint64_t offset;	/* in the file or the object */
	uint32_t prot;		/* PROT_* */
	uint32_t type;		/* enum region_type */
	uint32_t flags;		/* REGION_* */
	uint32_t object;	/* of REGION_SHARED_OBJECT; of REGION_FILE: embedded file, 0 none */
	struct file_identity file;	/* path also for "[heap]", "[stack]", "[anon:name]" */
};

#endif
