/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small ghost file made by hand, right in everything unless it is told otherwise. */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include "ghost/image.h"
#include "ghost/medium.h"

#define SAMPLE_PAGE       4096
#define SAMPLE_START      0x10000000UL /* of the first region of sample_fill() */
#define SAMPLE_CHUNKS_MAX 16

/* Every function asserts by abort(): a sample that cannot be made is no result. */
struct sample {
	int fd;
	struct header header;
	struct medium_memory records;
	struct chunk chunks[SAMPLE_CHUNKS_MAX];
	size_t chunk_count;
	uint64_t end; /* of what is in the file */
	uint64_t region_end; /* of what is in the address space */
	struct trailer trailer; /* valid after sample_close() */
};

/* Begins a ghost in an empty file that is open for reading and writing. */
void sample_open(struct sample *sample, int fd);

void sample_record(struct sample *sample, const struct kind *kind, void *record);

/* Stores `length` bytes as a chunk, with zlib where `codec` says so. */
void sample_chunk(struct sample *sample, uint32_t owner, uint64_t address, uint32_t codec,
		  const void *memory, uint32_t length);

/* The least that image_open() takes: a process and its thread. */
void sample_fill_process(struct sample *sample);

/* A whole program: one description of every kind there is, with descriptor,
 * a region of each type, locks, and chunks of every codec. */
void sample_fill(struct sample *sample);

/* Writes records, index, trailer and header; `fd` stays open. */
void sample_close(struct sample *sample);

/* Writes header and trailer again, as they are now, with checksums that are right. */
void sample_seal(struct sample *sample);

#endif
