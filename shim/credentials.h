/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who a thread is to the kernel, and what it may do. */
#ifndef SHIM_CREDENTIALS_H
#define SHIM_CREDENTIALS_H

/* Zone: signal.  Linux keeps all of it for each thread; libc makes its threads
 * agree on the ids, but nobody makes them agree on capabilities. */

#include <stdint.h>

#define CREDENTIALS_GROUPS 256

struct credentials {
	uint32_t known; /* 0: nobody could be asked (a thread that had ended) */
	uint32_t uid[4], gid[4]; /* real, effective, saved, of file accesses */
	int32_t group_count; /* -1: more than there is room for */
	uint32_t groups[CREDENTIALS_GROUPS];
	uint64_t permitted, effective, inheritable, ambient, bounding;
	uint32_t secure_bits;
	uint32_t no_new_privileges;
};

/* The calling thread's. */
void credentials_capture(struct credentials *credentials);

/* Makes them the calling thread's, as permitted: never more than they say.
 * `unprivileged`: whatever capabilities there are were only for the restart.
 * Returns 0, or -errno where other ids are left than they were. */
int credentials_revive(const struct credentials *credentials, int unprivileged);

#endif
