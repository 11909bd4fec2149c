/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors: each open file description once, then the numbers. */
#ifndef RESTART_REVIVE_H
#define RESTART_REVIVE_H

#include "../ghost/image.h"
#include "options.h"

/* Which descriptors krg-resume was started with; the first thing it looks at. */
#define OWN_MAX 1024

struct own {
	unsigned char open[OWN_MAX];
};

void revive_note_own(struct own *own);

/* Every description of the ghost, open at a number above all of the program's. */
struct revived {
	int base;	/* the first number that the program does not use */
	int *fds;	/* of each object in the image, or -1 */
	const struct own *own;
	const struct image *image;
	struct revive revive;	/* what the kinds keep until all is done */
};

/* In krg-resume: opens everything.  Ends krg-resume with one line on failure. */
void revive_objects(struct revived *revived, const struct own *own, const struct image *image,
		    const struct options *options);

/* A descriptor of krg-resume's, moved out of the way of the program's numbers. */
int revive_raise(const struct revived *revived, int fd);

/* In the process to be: opens what only itself can.  What is not there any more (a
 * thread's directory in a /proc of other numbers) stays an empty stand-in. */
void revive_enter(struct revived *revived, const struct image *image);

/* In the process to be, when nothing else can take long: what runs by itself runs. */
void revive_start(const struct revived *revived, const struct image *image);
/* In the process to be, when nothing can fail for which another way would be tried:
 * what takes more than one description.  0, or -errno and revived->revive.reason. */
int revive_complete(struct revived *revived, const struct image *image);

/* In the process to be: puts each number in its place and closes all others
 * but those in `keep` (ascending, raised).  0 or -errno. */
int revive_numbers(const struct revived *revived, const struct image *image, const int *keep,
		   int keep_count);

/* Where the description `object` is open in krg-resume and in the process to be, or -1. */
int revive_fd_of(const struct revived *revived, const struct image *image, uint32_t object);

/* In krg-resume: closes what the process has inherited. */
void revive_forget(struct revived *revived, const struct image *image);

/* In the process: takes the file locks again.  0, or -errno and *lock. */
int revive_locks(const struct image *image, const struct lock_ghost **lock);

#endif
