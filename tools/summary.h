/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be said of a ghost, for people and for programs alike. */
#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

/* Zone: free. */

#include "../ghost/image.h"
#include "../ghost/text.h"

struct summary {
	uint64_t memory; /* bytes of all regions */
	uint64_t stored; /* bytes of memory in the chunks */
	uint64_t packed; /* bytes of the chunks in the file */
};

void summary_make(const struct image *image, struct summary *summary);

/* Bytes in the file of the chunks that begin in this region. */
uint64_t summary_region_packed(const struct image *image, const struct region_ghost *region);

/* A file whose content is in the ghost. */
struct summary_file {
	uint32_t number;
	const char *path; /* "" where no region shows it */
	uint64_t stored, packed;
};

/* Steps through them: begin with *at == 0, ends with 0. */
int summary_file(const struct image *image, size_t *at, struct summary_file *file);

const char *summary_region_type(const struct region_ghost *region);

/* The name of flag 1 << `bit`; NULL behind the last. */
const char *summary_region_flag(unsigned int bit);

/* As in /proc/PID/maps: "rw-p". */
void summary_region_mode(const struct region_ghost *region, char mode[5]);

const char *summary_lock_type(const struct lock_ghost *lock);

/* Name of the kind, and the line that it has for the object; "" without one. */
const char *summary_descriptor(const struct image *image, const struct descriptor_ghost *descriptor,
			       char *line, size_t size);

/* Steps through the arguments: begin with *at == 0, ends with 0. */
int summary_argument(const struct process_ghost *process, size_t *at, const char **argument,
		     size_t *length);

#endif
