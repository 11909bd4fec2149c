/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that a pattern of ghosts' names can mean. */
#ifndef TOOLS_CANDIDATES_H
#define TOOLS_CANDIDATES_H

/* Zone: free. */

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "../ghost/pattern.h"

struct candidate {
	char *path;
	uint64_t number;	/* %n, or 0 */
	struct timespec changed;
	int64_t created;	/* as the ghost says, or when the file was changed */
};

struct candidates {
	struct candidate *list;
	size_t count;
};

/* Finds all regular files that the absolute pattern can mean with this program and
 * host, the newest first.  0 or -errno. */
int candidates_find(const char *pattern, const struct pattern_values *values,
		    struct candidates *candidates);
void candidates_free(struct candidates *candidates);

/* The folder that all of them are in or below, without a slash at its end unless
 * it is the root.  0 or -ENAMETOOLONG. */
int candidates_folder(const char *pattern, const struct pattern_values *values, char *folder,
		      size_t size);

#endif
