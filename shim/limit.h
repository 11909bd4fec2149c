/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A limit of the program's that is not meant for us, raised for a moment. */
#ifndef SHIM_LIMIT_H
#define SHIM_LIMIT_H

/* Zone: signal.  Where the program's own process works, only while all of it is
 * stopped: then nobody sees the difference. */

#include <stdint.h>

struct limit {
	int resource;		/* RLIMIT_* */
	int raised;
	uint64_t before[2];	/* soft, hard */
};

/* The soft limit becomes the hard one, which nobody can pass.  True where it is now
 * wider than before. */
int limit_raise(struct limit *limit, int resource);

/* Back to what it was. */
void limit_lower(const struct limit *limit);

#endif
