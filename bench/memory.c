/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program with much memory that notices its checkpoints and restarts itself.
 *
 *	memory MIB NOTES GHOST YARDSTICK ROUNDS
 *
 * It fills the memory and then works in a fiftieth of it, turn by turn.  When there is
 * a new GHOST, the longest turn was the pause; when its parent is another one, it was
 * resumed, and checks its memory.  What it sees it appends to NOTES, in lines of a
 * word and numbers (nanoseconds of CLOCK_REALTIME, or durations in nanoseconds):
 *
 *	ready			the memory is filled
 *	pause FROM TO SIZE DISK	the turn in which the checkpoint was, or the restart;
 *				bytes of the ghost, and what it takes of the disk
 *	write TIME BYTES	the yardstick "write": see yardstick.h
 *	deflate TIME BYTES PACKED, inflate TIME BYTES	the yardstick "deflate"
 *	read TO, wrote TO	resumed: has read, written a word of every page
 *	right, or WRONG		resumed: whether all memory is as it was
 *
 * The first ROUNDS ghosts are removed, and the yardstick follows at once: page cache
 * that was freed long ago is no longer the machine's in some virtual ones, and who
 * comes first would pay for it. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "content.h"
#include "yardstick.h"

#define PAGE 4096
#define LOOK 64		/* turns between two looks for the ghost */

struct work {
	const char *notes, *ghost, *yardstick;
	unsigned char *memory;
	size_t pieces;
	uint64_t sum;
	uint64_t turns;
	int64_t last;		/* end of the previous turn */
	int64_t from, to;	/* the longest turn so far */
	struct stat known;	/* the ghost that was noticed last */
};

__attribute__((format(printf, 2, 3))) static void note(const struct work *work, const char *format,
						       ...)
{
	int file = open(work->notes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	va_list arguments;

	va_start(arguments, format);
	if (file < 0 || vdprintf(file, format, arguments) < 0 || close(file))
		abort();
	va_end(arguments);
}

static int64_t real_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The first piece of fifty, of which no word is the same for long. */
static void take_turn(struct work *work)
{
	size_t in_reach = (work->pieces + 49) / 50 * PIECE / PAGE;
	size_t page = work->turns * 7 % in_reach;
	size_t place = page * PAGE / PIECE * 50 * PIECE + page * PAGE % PIECE;
	int64_t now = real_time();

	if (now - work->last > work->to - work->from) {
		work->from = work->last;
		work->to = now;
	}
	work->last = now;
	work->sum += content_change(work->memory, place / 8 + 1, work->turns++);
}

static void forget_longest(struct work *work)
{
	work->from = work->to = 0;
	work->last = real_time();
}

static int is_new_ghost(struct work *work)
{
	struct stat known = work->known;

	return !stat(work->ghost, &work->known) &&
	       (known.st_ino != work->known.st_ino ||
		known.st_mtim.tv_sec != work->known.st_mtim.tv_sec ||
		known.st_mtim.tv_nsec != work->known.st_mtim.tv_nsec);
}

static void wait_for_ghost(struct work *work)
{
	forget_longest(work);
	do
		take_turn(work);
	while (work->turns % LOOK || !is_new_ghost(work));
	note(work, "pause %lld %lld %lld %lld\n", (long long)work->from, (long long)work->to,
	     (long long)work->known.st_size, (long long)work->known.st_blocks * 512);
}

static void measure(const struct work *work)
{
	struct yardstick yardstick = { 0 };
	char path[4096];

	unlink(work->ghost);
	if (!strcmp(work->yardstick, "write")) {
		snprintf(path, sizeof(path), "%s.plain", work->notes);
		yardstick_write(&yardstick, work->memory, work->pieces, path);
		note(work, "write %lld %llu\n", (long long)yardstick.write,
		     (unsigned long long)yardstick.bytes);
	} else {
		yardstick_deflate(&yardstick, work->memory, work->pieces);
		note(work, "deflate %lld %llu %llu\ninflate %lld %llu\n",
		     (long long)yardstick.deflate, (unsigned long long)yardstick.bytes,
		     (unsigned long long)yardstick.packed, (long long)yardstick.inflate,
		     (unsigned long long)yardstick.bytes);
	}
}

static void check(struct work *work)
{
	volatile unsigned char *bytes = work->memory;
	size_t size = work->pieces * PIECE;

	for (size_t at = 0; at < size; at += PAGE)
		(void)bytes[at];
	note(work, "read %lld\n", (long long)real_time());
	for (size_t at = 0; at < size; at += PAGE)
		if (content_holds_data(at / PIECE))
			bytes[at] = bytes[at];
	note(work, "wrote %lld\n", (long long)real_time());
	note(work, content_sum(work->memory, work->pieces) == work->sum ? "right\n" : "WRONG\n");
}

int main(int count, char **arguments)
{
	struct work work = { 0 };
	pid_t parent = getppid();

	if (count != 6) {
		fprintf(stderr, "usage: memory MIB NOTES GHOST write|deflate ROUNDS\n");
		return 2;
	}
	work.pieces = strtoul(arguments[1], NULL, 10);
	work.notes = arguments[2];
	work.ghost = arguments[3];
	work.yardstick = arguments[4];
	work.memory = content_make(work.pieces);
	if (!work.memory)
		return 1;
	work.sum = content_sum(work.memory, work.pieces);
	note(&work, "ready\n");
	for (long left = strtol(arguments[5], NULL, 10);; left--) {
		wait_for_ghost(&work);
		if (getppid() != parent)
			break;
		if (left > 0)
			measure(&work);
	}
	check(&work);
	return 0;
}
