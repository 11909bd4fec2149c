/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptors that the program was started with. */
#ifndef SHIM_INHERITED_H
#define SHIM_INHERITED_H

/* A shell, a batch system or a test harness may leave more than three open.
 * Those that lead outside say nothing about the program, and the place of each
 * can be taken by what krg-resume is started with. */

#include <stdint.h>
#include <sys/stat.h>

#define INHERITED_MAX 64

struct inherited {
	uint32_t count;
	struct {
		int fd;
		uint64_t device, inode;
	} entry[INHERITED_MAX];
};

/* Zone: free; in the constructor. */
void inherited_note(void);

/* Zone: signal.  In the reborn process, where krg-resume has given others. */
void inherited_renew(void);

/* Zone: signal.  Whether `fd` is still what it was at the start. */
int inherited_has(int fd, const struct stat *stat);

#endif
