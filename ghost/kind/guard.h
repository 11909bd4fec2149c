/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of guard pages inside a region (MADV_GUARD_INSTALL, Linux 6.13). */
#ifndef GHOST_KIND_GUARD_H
#define GHOST_KIND_GUARD_H

#include "../kind.h"

struct guard_ghost {
	uint64_t start, end;
};

#endif
