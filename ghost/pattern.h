/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pattern that names ghosts (KRG_GHOST): made into a name, and found again in one. */
#ifndef GHOST_PATTERN_H
#define GHOST_PATTERN_H

/* Zone: signal.  %e program, %p process, %h host, %n number of the checkpoint,
 * %t Unix time, %% a percent sign; anything else stands for itself. */

#include <stdint.h>

#define PATTERN_DEFAULT "%e-%p.ghost"
#define PATTERN_PATH 1024	/* longest pattern */
#define PATTERN_PROGRAM 64	/* %e is cut to this, its end included */
#define PATTERN_HOST 65

struct pattern_values {
	const char *program, *host;
	uint64_t pid, number, time;
};

/* Which of the three numbers are known. */
#define PATTERN_PID (1U << 0)
#define PATTERN_NUMBER (1U << 1)
#define PATTERN_TIME (1U << 2)

/* Makes an absolute path of `value`: relative ones mean the working directory,
 * whose percent signs are doubled where the path is a pattern.  `path` has
 * PATTERN_PATH bytes.  0, or -ENAMETOOLONG with an empty path. */
int pattern_place(const char *value, int is_pattern, char *path);

/* 0 or -ENAMETOOLONG. */
int pattern_expand(const char *pattern, const struct pattern_values *values, char *name,
		   uint32_t size);

/* Whether the pattern holds %`letter`. */
int pattern_has(const char *pattern, char letter);

/* True where `name` can come of the first `length` bytes of `pattern`.  The
 * numbers in *known must be those of `values`; others are found in the name, put
 * into `values` and added to *known. */
int pattern_match(const char *pattern, uint32_t length, const char *name,
		  struct pattern_values *values, uint32_t *known);

#endif
