/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mapped files that come out of the ghost, because those on disk are others by now. */
#ifndef RESTART_EMBEDDED_H
#define RESTART_EMBEDDED_H

/* Zone: free.  Such a file is made as a file of memory, and mapped as the one on disk
 * would be: its parts share their pages as they did. */

#include "../ghost/image.h"

struct embedded_file {
	const struct region_ghost *region;	/* one that shows it */
	uint64_t shown;		/* up to here regions show it */
	int used;		/* else the file on disk is the same, and better */
	int file;		/* descriptor of its copy, while it is staged: to be mapped */
	int filler;		/* the same, to be written */
	char *window;		/* the copy as it is filled */
	uint64_t size;		/* of the window */
};

struct embedded {
	const struct image *image;
	struct embedded_file *files;	/* by the object of their regions; the first is not used */
	uint32_t count;
};

/* Lists them, none used.  0 or -ENOMEM. */
int embedded_open(struct embedded *embedded, const struct image *image);

/* What a region is to be mapped from; NULL for its file on disk. */
struct embedded_file *embedded_behind(const struct embedded *embedded,
				      const struct region_ghost *region);

/* Makes the files that are used, still empty.  0, or -errno and the path in *path. */
int embedded_make(const struct embedded *embedded, const char **path);

/* Maps them where the kernel likes, to be filled; the same.  Then lets them go: only
 * the regions that show them keep them. */
int embedded_map(const struct embedded *embedded, const char **path);
void embedded_release(const struct embedded *embedded);

/* Where the bytes of a chunk of such a file go: NULL for one that has no place. */
char *embedded_place(const struct embedded *embedded, const struct chunk *chunk);

/* The path of the file that a chunk is of, or "". */
const char *embedded_path(const struct embedded *embedded, const struct chunk *chunk);

/* Whether a chunk is of a file that is not used. */
int embedded_spare(const struct embedded *embedded, const struct chunk *chunk);

#endif
