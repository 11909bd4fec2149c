/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the descriptors: which share a description, and what each is. */
#ifndef SHIM_DESCRIPTORS_H
#define SHIM_DESCRIPTORS_H

/* Zone: signal, in the scribe, whose descriptor table is a copy of the
 * program's with the same numbers and the same descriptions behind them. */

#include <stdint.h>

#include "../ghost/ghost.h"
#include "../ghost/kind.h"
#include "orphans.h"
#include "refuse.h"

struct descriptor_entry {
	int fd;
	uint32_t object;	/* 0: refused and left out */
	uint64_t pipe;		/* inode of an unnamed pipe, or 0 */
	uint8_t ends;		/* of that pipe: 1 reads, 2 writes */
	uint8_t packets;	/* O_DIRECT */
	uint8_t epoll;		/* it is an epoll instance */
	uint32_t met;		/* for registrations.c */
	uint64_t socket;	/* inode of a socket, or 0 */
	uint32_t passed;	/* on its way in a message, by this number; else 0 */
};

struct descriptors {
	ghost_t *ghost;
	struct refusals *refusals;
	struct descriptor_entry *entries;	/* in the order of numbers */
	uint32_t *order;	/* one entry of each description, in kcmp(2)'s order */
	struct orphans *orphans;
	int alone;		/* the descriptors are no copies, but the program's own */
	void *record;		/* kind_largest() bytes */
	uint32_t room;		/* of entries and order */
	uint32_t count, objects;
	int can_compare;	/* kcmp(2) is permitted */
	uint32_t process;	/* the program's number in /proc */
	uint32_t passed;	/* how many wait in messages */
	struct seen seen;
	char info[65536];
};

/* Adds one that is no number of the program's, but waits in a message. */
int descriptors_add_passed(struct descriptors *descriptors, int fd, uint32_t number);

/* Notes which numbers are open; to be called before the scribe opens anything. */
int descriptors_list(struct descriptors *descriptors);

/* Closes those again: needed only where the scribe is the program itself. */
void descriptors_close_passed(struct descriptors *descriptors);

/* Records what they are.  0 or -errno. */
int descriptors_capture(struct descriptors *descriptors);

#endif
