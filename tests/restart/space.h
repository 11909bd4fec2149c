/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An address space to rehearse plans in: what munmap and mremap would do to it. */
#ifndef TESTS_SPACE_H
#define TESTS_SPACE_H

/* It is stricter than the kernel, which unmaps whatever it is told to: what is
 * still needed may only be moved, each piece as a whole, and never over itself. */

#include <stddef.h>
#include <stdint.h>

#define SPACE_END  0x7ffffffff000ULL /* TASK_SIZE with four levels of page tables */
#define SPACE_PAGE 4096ULL

/* Whose a piece is.  The program's regions are their numbers, from 0 on. */
#define SPACE_OWN          (-1L) /* krg-resume's: to go away */
#define SPACE_LANDING      (-2L) /* to stay where it is */
#define SPACE_VDSO(number) (-3L - (long)(number)) /* to be moved, where it is wanted */

struct space_piece {
	uint64_t start, end;
	long owner;
};

struct space {
	struct space_piece *pieces; /* sorted by address */
	size_t count, room;
	char error[160]; /* why something could not be done */
};

/* The piece at `start`, or the first behind it; `count` where there is none. */
size_t space_find(const struct space *space, uint64_t start);

/* Each returns 0, or -1 with an error. */
int space_add(struct space *space, uint64_t start, uint64_t end, long owner);
int space_unmap(struct space *space, uint64_t start, uint64_t size);
int space_move(struct space *space, uint64_t from, uint64_t size, uint64_t to);

/* All that plan_print() wrote; sizes of moves are those of the pieces. */
int space_walk(struct space *space, const char *steps);

void space_free(struct space *space);

#endif
