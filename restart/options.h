/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What krg-resume was asked for. */
#ifndef RESTART_OPTIONS_H
#define RESTART_OPTIONS_H

enum ids {
	IDS_AUTO,	/* host where allowed and free, else namespace */
	IDS_HOST,
	IDS_NAMESPACE,
};

struct redirect {
	int fd;
	const char *to;		/* a path, "inherit" or "null" */
};

#define REDIRECTS_MAX 64

struct options {
	const char *image;
	enum ids ids;
	int elsewhere;		/* KRG_ELSEWHERE: as if on another kernel and CPU */
	int force;		/* KRG_FORCE: a CPU that lacks something is only warned of */
	int eager;		/* read all pages before the program runs */
	int trust;		/* a ghost of another user, or writable by others */
	int verbose;
	int plan;		/* print the steps and do nothing */
	struct redirect redirects[REDIRECTS_MAX];
	int redirect_count;
};

/* Returns 0, or ends the process: --help and --version with 0, errors with 125. */
void options_read(struct options *options, int count, char **arguments);

#endif
