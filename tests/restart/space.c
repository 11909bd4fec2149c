/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An address space to rehearse plans in: what munmap and mremap would do to it. */
#include "space.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static int fail(struct space *space, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(space->error, sizeof(space->error), format, arguments);
	va_end(arguments);
	return -1;
}

size_t space_find(const struct space *space, uint64_t start)
{
	size_t low = 0, high = space->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (space->pieces[middle].end <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert(struct space *space, size_t at, struct space_piece piece)
{
	if (space->count == space->room) {
		space->room = space->room ? space->room * 2 : 64;
		space->pieces = realloc(space->pieces, space->room * sizeof(*space->pieces));
		if (!space->pieces)
			abort();
	}
	memmove(space->pieces + at + 1, space->pieces + at,
		(space->count - at) * sizeof(*space->pieces));
	space->pieces[at] = piece;
	space->count++;
}

static void drop(struct space *space, size_t at)
{
	space->count--;
	memmove(space->pieces + at, space->pieces + at + 1,
		(space->count - at) * sizeof(*space->pieces));
}

/* What the kernel says EINVAL or ENOMEM to. */
static int check_range(struct space *space, uint64_t start, uint64_t size)
{
	if (start % SPACE_PAGE || size % SPACE_PAGE || !size)
		return fail(space, "%#lx and %#lx are not whole pages", start, size);
	if (size > SPACE_END || start > SPACE_END - size)
		return fail(space, "%#lx and %#lx leave the address space", start, size);
	return 0;
}

int space_add(struct space *space, uint64_t start, uint64_t end, long owner)
{
	size_t at = space_find(space, start);

	if (start >= end || check_range(space, start, end - start))
		return fail(space, "%#lx-%#lx is no range for %ld", start, end, owner);
	if (at < space->count && space->pieces[at].start < end)
		return fail(space, "%#lx-%#lx for %ld is in the way of %ld", start, end, owner,
			    space->pieces[at].owner);
	insert(space, at, (struct space_piece){ start, end, owner });
	return 0;
}

int space_unmap(struct space *space, uint64_t start, uint64_t size)
{
	uint64_t end = start + size;
	size_t at = space_find(space, start);

	if (check_range(space, start, size))
		return -1;
	while (at < space->count && space->pieces[at].start < end) {
		struct space_piece piece = space->pieces[at];

		if (piece.owner != SPACE_OWN)
			return fail(space, "%#lx-%#lx of %ld is lost to %#lx-%#lx", piece.start,
				    piece.end, piece.owner, start, end);
		drop(space, at);
		if (piece.start < start)
			insert(space, at++, (struct space_piece){ piece.start, start, SPACE_OWN });
		if (piece.end > end)
			insert(space, at, (struct space_piece){ end, piece.end, SPACE_OWN });
		if (piece.end >= end)
			break;
	}
	return 0;
}

int space_move(struct space *space, uint64_t from, uint64_t size, uint64_t to)
{
	size_t at = space_find(space, from);
	struct space_piece piece;

	if (check_range(space, from, size) || check_range(space, to, size))
		return -1;
	if (at == space->count || space->pieces[at].start != from ||
	    space->pieces[at].end != from + size)
		return fail(space, "%#lx of %#lx bytes is not one piece to move", from, size);
	piece = space->pieces[at];
	if (piece.owner == SPACE_OWN || piece.owner == SPACE_LANDING)
		return fail(space, "%#lx of %ld is not to be moved", from, piece.owner);
	if (from < to + size && to < from + size)
		return fail(space, "%#lx is moved over itself, to %#lx", from, to);
	if (space_unmap(space, to, size))
		return -1;
	drop(space, space_find(space, from));
	return space_add(space, to, to + size, piece.owner);
}

static int take_step(struct space *space, const char *line)
{
	unsigned long from, size, to;
	int length = 0;

	if (sscanf(line, "munmap %lx %lx%n", &from, &size, &length) == 2 && !line[length])
		return space_unmap(space, from, size);
	if (sscanf(line, "mremap %lx %lx -> %lx%n", &from, &size, &to, &length) == 3 &&
	    !line[length])
		return space_move(space, from, size, to);
	if (!strncmp(line, "prctl ", 6))
		return 0;
	return fail(space, "\"%.100s\" is no step", line);
}

int space_walk(struct space *space, const char *steps)
{
	char line[160];

	while (*steps) {
		size_t length = strcspn(steps, "\n");

		if (length >= sizeof(line) || !steps[length])
			return fail(space, "a line is too long or does not end");
		memcpy(line, steps, length);
		line[length] = '\0';
		if (take_step(space, line))
			return -1;
		steps += length + 1;
	}
	return 0;
}

void space_free(struct space *space)
{
	free(space->pieces);
	memset(space, 0, sizeof(*space));
}
