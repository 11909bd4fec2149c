/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost file opened for reading: checked, and its records in memory. */
#ifndef GHOST_IMAGE_H
#define GHOST_IMAGE_H

/* Zone: free.  Nothing in the file is believed: every length is compared with
 * what is there before it is used. */

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "chunk.h"
#include "header.h"
#include "kind.h"
#include "kind/clock.h"
#include "kind/descriptor.h"
#include "kind/epoll.h"
#include "kind/guard.h"
#include "kind/lock.h"
#include "kind/pipe.h"
#include "kind/process.h"
#include "kind/region.h"
#include "kind/thread.h"

/* An open file description: a record of the kind that can revive it. */
struct image_object {
	const struct kind *kind;
	struct object *record;	/* kind->size bytes; begins with struct object */
};

/* What descriptions have in common: a record of a kind that can prepare it. */
struct image_shared {
	const struct kind *kind;
	void *record;		/* cut behind what its kind says is used */
};

struct image {
	int fd;
	struct stat stat;
	struct header header;
	struct trailer trailer;
	struct process_ghost *process;
	struct clock_ghost *clock;	/* NULL in older ghosts */
	struct thread_ghost *threads;
	size_t thread_count;
	struct region_ghost *regions;	/* by address */
	size_t region_count;
	struct guard_ghost *guards;
	size_t guard_count;
	struct descriptor_ghost *descriptors;
	size_t descriptor_count;
	struct lock_ghost *locks;
	size_t lock_count;
	struct registration_ghost *registrations;
	size_t registration_count;
	struct image_shared *shared;
	size_t shared_count;
	struct image_object *objects;
	size_t object_count;
	struct chunk *chunks;		/* by owner and address */
	size_t chunk_count;
	size_t unknown;			/* records of kinds that only a newer krgghost knows */
	char error[512];		/* one line, where a function failed */
};

/* Opens and reads everything but the pages.  0, or -errno with image->error. */
int image_open(struct image *image, const char *path);
void image_close(struct image *image);

/* Whether it may be resumed by the caller: -EPERM with image->error where the
 * file belongs to another user or others may write it. */
int image_trusted(struct image *image);

/* Reads one chunk into `out` (chunk->length bytes), checksum included.
 * `packed` holds CHUNK_MAX bytes.  0 or -EBADMSG or -errno.  Thread-safe. */
int image_read_chunk(const struct image *image, const struct chunk *chunk, void *workspace,
		     void *packed, void *out);

/* The region that an address lies in, or NULL. */
const struct region_ghost *image_region_at(const struct image *image, uint64_t address);

const struct image_object *image_find_object(const struct image *image, uint32_t id);

#endif
