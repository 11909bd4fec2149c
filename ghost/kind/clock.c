/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of the clocks that count from a machine's start. */
#include "clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "../scalar.h"
#include "../sys.h"
#include "../text.h"
#include "kinds.h"

#define SECOND 1000000000LL

static int make_ghost_clock(ghost_t *ghost, void *record, size_t size)
{
	struct clock_ghost *clock = record;

	if (size != sizeof(*clock))
		return ghost_fail(ghost, -EINVAL);
	ghost_string(ghost, clock->boot, sizeof(clock->boot));
	ghost_i64(ghost, &clock->monotonic);
	ghost_i64(ghost, &clock->boottime);
	ghost_i64(ghost, &clock->monotonic_offset);
	return ghost_i64(ghost, &clock->boottime_offset);
}

/* A short file of /proc, as text. */
static int read_text(const char *path, char *text, size_t size)
{
	int file = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	long length;

	if (file < 0)
		return file;
	length = sys_read(file, text, size - 1);
	sys_close(file);
	text[length < 0 ? 0 : length] = '\0';
	return length < 0 ? (int)length : 0;
}

static int64_t take_number(const char **cursor)
{
	int64_t sign = 1;

	while (**cursor == ' ')
		++*cursor;
	if (**cursor == '-') {
		sign = -1;
		++*cursor;
	}
	return sign * (int64_t)text_take_decimal(cursor);
}

/* "monotonic  SECONDS NANOSECONDS", only the seconds with a sign. */
static int64_t offset_of(const char *offsets, const char *name)
{
	const char *line = strstr(offsets, name);
	int64_t seconds;

	if (!line)
		return 0;
	line += strlen(name);
	seconds = take_number(&line);
	return seconds * SECOND + take_number(&line);
}

static int64_t read_clock(int number)
{
	struct timespec now = { 0, 0 };

	sys_call2(SYS_clock_gettime, number, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

int clock_look(struct clock_ghost *clock)
{
	char text[256];
	int error;

	memset(clock, 0, sizeof(*clock));
	clock->monotonic = read_clock(CLOCK_MONOTONIC);
	clock->boottime = read_clock(CLOCK_BOOTTIME);
	/* A kernel without time namespaces has no such file, and no offsets. */
	if (!read_text("/proc/self/timens_offsets", text, sizeof(text))) {
		clock->monotonic_offset = offset_of(text, "monotonic");
		clock->boottime_offset = offset_of(text, "boottime");
	}
	error = read_text("/proc/sys/kernel/random/boot_id", clock->boot, sizeof(clock->boot));
	if (strchr(clock->boot, '\n'))
		*strchr(clock->boot, '\n') = '\0';
	return error;
}

/* So far from the ends of their type that sums of them fit. */
static int in_range(int64_t time)
{
	return time >= -(1LL << 60) && time <= 1LL << 60;
}

int clock_sane(const struct clock_ghost *clock)
{
	return in_range(clock->monotonic) && in_range(clock->boottime) &&
	       in_range(clock->monotonic_offset) && in_range(clock->boottime_offset);
}

const struct kind kind_clock = {
	.tag = KIND_TAG('C', 'L', 'C', 'K'),
	.version = 1,
	.name = "clock",
	.size = sizeof(struct clock_ghost),
	.make = make_ghost_clock,
};
