/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file without a name, deleted or never given one, and descriptions of it. */
#ifndef GHOST_KIND_ORPHAN_H
#define GHOST_KIND_ORPHAN_H

#include "../kind.h"

#define ORPHANS_MAX 65535 /* objects: see image.c */

/* The file itself, once for all its descriptions and mappings.  What is in it is in
 * chunks of the shared object of this number. */
struct orphan_file_ghost {
	uint64_t device, inode; /* by which its descriptions refer to it */
	uint64_t size;
	uint32_t object;
	uint32_t memory; /* 1: of memfd_create(2) */
	uint32_t mode, uid, gid;
	uint32_t seals; /* of F_GET_SEALS; of a memfd */
	char path[KIND_PATH]; /* what it was called; of a memfd its name */
};

struct orphan_ghost {
	struct object object;
	uint64_t device, inode;
	uint64_t offset;
	char path[KIND_PATH]; /* for people */
};

/* Zone: signal.  Whether it is one that can be carried. */
int orphan_is(const struct seen *seen);

/* Zone: signal.  All but the number of the object. */
void orphan_file_capture(const struct seen *seen, struct orphan_file_ghost *file);

/* In krg-resume: a file that is there again. */
struct revived_orphan {
	struct revived_orphan *next;
	const struct orphan_file_ghost *ghost;
	int fd; /* open for reading and writing */
};

/* krg-resume: the file whose content this shared object is, or NULL. */
const struct revived_orphan *orphan_of_object(const struct revive *revive, uint32_t object);

/* A description of it more, with the flags of open(2).  A descriptor or -errno. */
int orphan_open(const struct revived_orphan *orphan, int flags);

/* krg-resume: closes what was kept. */
void orphan_revive_done(struct revive *revive);

#endif
