/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying pages: jobs of up to one chunk, done by a crew on all CPUs. */
#ifndef SHIM_PAGES_H
#define SHIM_PAGES_H

/* Zone: signal.  pages_add by one task; pages_write starts the crew itself. */

#include <stddef.h>
#include <stdint.h>

#include "../ghost/chunk.h"
#include "../ghost/medium.h"

#define PAGES_BY_FILE (1U << 0)	/* not readable: by way of /proc/self/mem */
#define PAGES_KEEP_ZEROS (1U << 1)	/* zeros are not what would be there otherwise */
#define PAGES_MAY_FAIL (1U << 2)	/* behind the end of a file: leave out what is not there */
#define PAGES_OF_FILE (1U << 3)	/* not memory: from `place` on of the descriptor `source` */

struct page_job {
	uint64_t address;	/* in memory, unless they are in a file */
	uint64_t place;		/* in the owner's addresses */
	uint64_t offset;	/* in the file, for codec none */
	uint32_t owner, length, flags;
	int32_t source;		/* descriptor of a file that is read at `place` (PAGES_OF_FILE) */
};

struct pages {
	struct medium_file file;
	int memory;		/* /proc/self/mem */
	uint32_t codec;
	int level;
	int workers;
	uint64_t handed_over;	/* the file up to here is being written to disk; atomic */
	int guarded;		/* a sanitizer watches the engines' own memcpy() */
	struct page_job *jobs;
	size_t job_count, job_room;
	struct chunk *chunks;
	size_t chunk_count, chunk_room;	/* count: atomic while writing */
	size_t next_job;		/* atomic */
	int error;			/* atomic, the first */
	uint64_t total, done;		/* bytes of memory; done: atomic */
	void *space;			/* stacks and workspaces of the crew */
	void (*progress)(struct pages *pages, void *argument);	/* now and then; or NULL */
	void *progress_argument;
};

/* `jobs` is room for the list of what is to be carried: `room` entries. */
void pages_open(struct pages *pages, int file, int memory, uint64_t *end, struct page_job *jobs,
		size_t room);

/* Adds memory to be carried.  0, or -E2BIG for more pieces than there is room for. */
int pages_add(struct pages *pages, uint64_t address, uint64_t length, uint32_t owner,
	      uint64_t place, uint32_t flags);

/* Adds pages of a file, from offset `place` on; the descriptor stays open until they
 * are written.  What lies behind the file's end is left out. */
int pages_add_file(struct pages *pages, int file, uint64_t length, uint32_t owner,
		   uint64_t place);

/* Writes everything that was added.  0 or -errno. */
int pages_write(struct pages *pages);

/* Gives back the memory that writing took: it would stay in the program. */
void pages_close(struct pages *pages);

#endif
