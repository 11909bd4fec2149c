/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the KRG_ variables ask for, read once at the start. */
#ifndef SHIM_SETTINGS_H
#define SHIM_SETTINGS_H

/* The constructor reads them; later changes of the environment do not matter,
 * and a program that empties it loses nothing.  Read-only afterwards. */

#include <stdint.h>

#include "../ghost/pattern.h"

#define SETTINGS_PATH PATTERN_PATH
#define SETTINGS_KEEP 1000	/* most ghosts that KRG_KEEP can keep */

enum settings_embed {
	EMBED_NONE,
	EMBED_ELF,	/* programs and libraries */
	EMBED_ALL,	/* whatever is mapped privately */
};

struct settings {
	int signal;			/* KRG_SIGNAL, default SIGUSR2 */
	uint32_t codec;			/* KRG_CODEC=name[:level] */
	int level;
	int embed;			/* KRG_EMBED: which mapped files the ghost carries */
	int sanitizer;			/* the program was built with one */
	int force;			/* KRG_FORCE: refusals become warnings */
	int timeout;			/* KRG_TIMEOUT: seconds until a thread must have stopped */
	uint64_t interval;		/* KRG_INTERVAL: milliseconds between checkpoints, or 0 */
	uint32_t keep;			/* KRG_KEEP: ghosts of the pattern, or 0 for all */
	char pattern[SETTINGS_PATH];	/* KRG_GHOST, made absolute */
	char log[SETTINGS_PATH];	/* KRG_LOG, made absolute; empty without */
	char name[PATTERN_PROGRAM];	/* of the program's file, for %e */
	char host[PATTERN_HOST];	/* for %h */
	char error[128];		/* what was wrong with a variable, or empty */
};

/* Zone: free.  Never fails: what cannot be understood keeps its default and is
 * told in `error`. */
void settings_read(struct settings *settings, char *const environment[]);

/* Zone: free.  The value of one variable, or NULL. */
const char *settings_find(char *const environment[], const char *name);

/* Zone: signal.  The name of checkpoint `number` made at `seconds` by process
 * `pid`.  0, or -ENAMETOOLONG. */
int settings_ghost_name(const struct settings *settings, int pid, uint32_t number, int64_t seconds,
			char *name, uint32_t size);

#endif
