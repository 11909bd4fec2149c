/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a descriptor: a number that refers to an open file description. */
#ifndef GHOST_KIND_DESCRIPTOR_H
#define GHOST_KIND_DESCRIPTOR_H

#include "../kind.h"

struct descriptor_ghost {
	uint32_t fd;
	uint32_t object;	/* several descriptors may share one */
	uint8_t close_on_exec;
};

#endif
