/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks that go on from where they were, on another machine or after its next start. */
#include "clocks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
#define SECOND 1000000000LL

int clocks_differ(const struct clock_ghost *was, const struct clock_ghost *here,
		  struct clocks *wanted)
{
	int same_start = was->boot[0] && !strcmp(was->boot, here->boot);

	wanted->monotonic = was->monotonic_offset;
	wanted->boottime = was->boottime_offset;
	/* Without the offsets: a machine's own clock never goes back. */
	if (!same_start ||
	    was->monotonic - was->monotonic_offset > here->monotonic - here->monotonic_offset) {
		wanted->monotonic = here->monotonic_offset + was->monotonic - here->monotonic;
		wanted->boottime = here->boottime_offset + was->boottime - here->boottime;
	}
	return wanted->monotonic != here->monotonic_offset ||
	       wanted->boottime != here->boottime_offset;
}

static void print_offset(char *line, size_t size, const char *name, int64_t offset)
{
	int64_t seconds = offset / SECOND;

	/* The kernel wants nanoseconds from 0 on. */
	if (offset % SECOND < 0)
		seconds--;
	snprintf(line, size, "%s %lld %lld\n", name, (long long)seconds,
		 (long long)(offset - seconds * SECOND));
}

/* One write for both: the file takes whole lines. */
static int write_offsets(const struct clocks *wanted)
{
	char lines[160];
	ssize_t done;
	int file = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return -errno;
	print_offset(lines, sizeof(lines), "monotonic", wanted->monotonic);
	print_offset(lines + strlen(lines), sizeof(lines) - strlen(lines), "boottime",
		     wanted->boottime);
	done = write(file, lines, strlen(lines));
	done = done < 0 ? -errno : 0;
	close(file);
	return (int)done;
}

static int join(void)
{
	int file = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	int error = file < 0 || setns(file, CLONE_NEWTIME) ? -errno : 0;

	if (file >= 0)
		close(file);
	return error;
}

/* For tests and developers: as if the ghost came from another machine, which had
 * been running for so many seconds longer. */
static void pretend(struct clock_ghost *was)
{
	const char *ahead = getenv("KRG_TEST_CLOCKS_AHEAD");

	if (!ahead)
		return;
	was->boot[0] = '\0';
	was->monotonic += atoll(ahead) * SECOND;
	was->boottime += atoll(ahead) * SECOND;
}

int clocks_enter(const struct image *image, int self)
{
	struct clock_ghost was, here;
	struct clocks wanted;
	int error;

	/* A ghost of an older krgghost does not tell. */
	if (!image->clock || clock_look(&here))
		return 0;
	was = *image->clock;
	pretend(&was);
	if (!clocks_differ(&was, &here, &wanted))
		return 0;
	if (unshare(CLONE_NEWTIME))
		return -errno;
	error = write_offsets(&wanted);
	return error || !self ? error : join();
}
