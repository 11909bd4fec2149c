/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mapped files whose content travels in the ghost, each page of them once. */
#ifndef SHIM_EMBED_H
#define SHIM_EMBED_H

/* Zone: signal, in the scribe, while the address space is read.
 *
 * A program goes on with the libraries that it had even where others, or none, have
 * been installed since.  The file itself is read where its path still leads to it.
 * Where it does not (an upgrade while the program ran), the pages that the program
 * has not changed are the file's, and are read from its memory. */

#include <stdint.h>

#include "maps.h"
#include "pages.h"

/* As many as there can be mappings (vm.max_map_count). */
#define EMBED_FILES 65536
#define EMBED_RANGES 65536
#define EMBED_BUCKETS 4096

struct embed_file {
	uint64_t device, inode;
	int wanted;
	int file;		/* descriptor, or 0: it is to be had from memory only */
	uint32_t ranges;	/* the first of its ranges; as in all links below 0 is none */
	uint32_t next;		/* in its bucket */
};

/* What is already being carried of a file. */
struct embed_range {
	uint64_t from, to;
	uint32_t next;
};

struct embed {
	struct pages *pages;
	int mode;		/* enum settings_embed */
	int memory_only;	/* open nothing: closing it would drop the program's locks */
	uint32_t files_carried;
	uint64_t bytes;
	uint32_t file_count, range_count;
	uint32_t buckets[EMBED_BUCKETS];
	struct embed_file files[EMBED_FILES];	/* by number; the first is not used */
	struct embed_range ranges[EMBED_RANGES];
};

/* The number of the file behind a mapping, if it is one to be embedded; else 0. */
uint32_t embed_find(struct embed *embed, const struct mapping *mapping);

/* Whether its content is read from the file itself: else only what the program has
 * not changed may be added. */
int embed_has_file(const struct embed *embed, uint32_t number);

/* Carries `length` bytes from `offset` of the file on, which are mapped at `address`,
 * unless they are being carried already.  0 or -errno. */
int embed_add(struct embed *embed, uint32_t number, uint64_t address, uint64_t offset,
	      uint64_t length);

#endif
