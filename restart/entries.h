/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of one kernel's vDSO led to those of another's. */
#ifndef RESTART_ENTRIES_H
#define RESTART_ENTRIES_H

/* Zone: free; pure.  A program keeps the addresses of the vDSO that it was
 * started with: libc in its own variables, others read from its symbols.  Under
 * another kernel that code would read time from data of another layout.  So its
 * pages come back with a jump at the beginning of each function, to the function
 * of the same name in this kernel's vDSO; where that has none the system call is
 * made instead. */

#include <stddef.h>
#include <stdint.h>

struct entries_library {
	unsigned char *data;	/* as mapped: from the ELF header on */
	size_t size;
};

/* Rewrites `old`; `here` (no data where the kernel offers none) is, or will be,
 * at `place`.  Neither is trusted.  0, or -ENOEXEC for what is no such library,
 * -ENOSPC where a function is shorter than the jump. */
int entries_lead(struct entries_library old, struct entries_library here, uint64_t place);

#endif
