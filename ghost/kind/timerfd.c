/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A timerfd: a timer with a descriptor. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>

#include "../fdinfo.h"
#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

#define SECOND    1000000000ULL
#define SET_TICKS _IOW('T', 0, uint64_t) /* TFD_IOC_SET_TICKS, Linux 3.17 */

/* Nanoseconds; the kernel's own limit is that of a signed number of them. */
struct timerfd_ghost {
	struct object object;
	uint32_t clock;
	uint32_t settime; /* flags of the last timerfd_settime() */
	uint64_t ticks; /* expirations that nobody has read */
	uint64_t left; /* until the next one; 0: none will come */
	uint64_t interval;
	uint64_t deadline; /* of an absolute one on the wall clock, else 0 */
};

static int make_ghost_timerfd(ghost_t *ghost, void *record, size_t size)
{
	struct timerfd_ghost *timerfd = record;

	if (size != sizeof(*timerfd))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &timerfd->object);
	ghost_u32(ghost, &timerfd->clock);
	ghost_u32(ghost, &timerfd->settime);
	ghost_u64(ghost, &timerfd->ticks);
	ghost_u64(ghost, &timerfd->left);
	ghost_u64(ghost, &timerfd->interval);
	return ghost_u64(ghost, &timerfd->deadline);
}

static int is_wall_clock(const struct timerfd_ghost *timerfd)
{
	return (timerfd->clock == CLOCK_REALTIME || timerfd->clock == CLOCK_REALTIME_ALARM) &&
	       timerfd->settime & TFD_TIMER_ABSTIME;
}

/* "it_value: (3, 999999999)" */
static uint64_t take_time(const char *field)
{
	uint64_t seconds, nanoseconds;

	if (!field || *field++ != '(')
		return 0;
	seconds = text_take_decimal(&field);
	while (*field == ',' || *field == ' ')
		field++;
	nanoseconds = text_take_decimal(&field);
	return seconds * SECOND + nanoseconds;
}

static uint64_t take_number(const char *field)
{
	return field ? text_take_decimal(&field) : 0;
}

static int parse(const char *info, struct timerfd_ghost *timerfd)
{
	if (!fdinfo_field(info, "clockid:"))
		return -ENOENT;
	timerfd->clock = (uint32_t)take_number(fdinfo_field(info, "clockid:"));
	/* Octal, of one digit. */
	timerfd->settime = (uint32_t)take_number(fdinfo_field(info, "settime flags:"));
	timerfd->ticks = take_number(fdinfo_field(info, "ticks:"));
	timerfd->left = take_time(fdinfo_field(info, "it_value:"));
	timerfd->interval = take_time(fdinfo_field(info, "it_interval:"));
	return 0;
}

/* After an expiration the kernel starts a periodic timer again, and counts those that
 * were missed, only when somebody asks; timerfd_gettime(2) does, and changes nothing
 * that the program could see.  One that expires faster than it can be asked has no
 * phase worth keeping. */
static int ask(int fd, struct timerfd_ghost *timerfd)
{
	struct itimerspec ignored;
	char info[1024];

	for (int tries = 0; tries < 3; tries++) {
		long error = sys_call2(SYS_timerfd_gettime, fd, &ignored);

		if (!error)
			error = fdinfo_read(fd, info, sizeof(info));
		if (error < 0)
			return (int)error;
		if (parse(info, timerfd))
			return -ENOENT;
		if (timerfd->left || !timerfd->interval)
			return 0;
	}
	timerfd->left = timerfd->ticks ? timerfd->interval : 0;
	return 0;
}

static uint64_t now_by(uint32_t clock)
{
	struct timespec now = { 0, 0 };

	sys_call2(SYS_clock_gettime, clock, &now);
	return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

static int capture_timerfd(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct timerfd_ghost *timerfd = record;
	int error;

	if (strcmp(seen->target, "anon_inode:[timerfd]"))
		return KIND_NOT_MINE;
	error = ask(seen->fd, timerfd);
	if (error) {
		refusal->what = "a timerfd whose setting cannot be read";
		refusal->cure = "mount /proc";
		return error;
	}
	if (timerfd->left && is_wall_clock(timerfd))
		timerfd->deadline = now_by(timerfd->clock) + timerfd->left;
	return 0;
}

static int fail(struct revive *revive, int fd, const char *why, int error)
{
	struct text text;

	if (fd >= 0)
		sys_close(fd);
	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, "a timerfd of the program cannot be made: ");
	text_add(&text, why);
	text_add_error(&text, error);
	return error;
}

/* It is set going by start_timerfd().  Only what that could not do is tried here,
 * where there is somebody to tell. */
static int revive_timerfd(const void *record, struct revive *revive)
{
	const struct timerfd_ghost *timerfd = record;
	int flags = (int)timerfd->object.flags & O_NONBLOCK;
	int fd = (int)sys_call2(SYS_timerfd_create, timerfd->clock, flags), error;

	if (fd == -EPERM)
		return fail(revive, fd,
			    "its clock wakes a sleeping machine, and that takes "
			    "CAP_WAKE_ALARM (resume as root): ",
			    fd);
	if (fd < 0 || !timerfd->ticks)
		return fd;
	error = sys_ioctl(fd, SET_TICKS, (void *)&timerfd->ticks);
	return error ? fail(revive, fd,
			    "this kernel has no way to give it expirations that nobody "
			    "has read yet (CONFIG_CHECKPOINT_RESTORE): ",
			    error)
		     : fd;
}

static struct timespec to_timespec(uint64_t time)
{
	return (struct timespec){ (time_t)(time / SECOND), (long)(time % SECOND) };
}

/* What is left of the time is what was left at the checkpoint.  Only a deadline on the
 * wall clock is kept as it is: an alarm at eight o'clock stays one.  Setting a timer
 * forgets its expirations, so they come second. */
static void start_timerfd(const void *record, int fd)
{
	const struct timerfd_ghost *timerfd = record;
	int flags = (int)timerfd->settime & (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
	struct itimerspec setting = { .it_interval = to_timespec(timerfd->interval) };

	if (timerfd->deadline)
		setting.it_value = to_timespec(timerfd->deadline);
	else if (timerfd->left && flags & TFD_TIMER_ABSTIME)
		setting.it_value = to_timespec(now_by(timerfd->clock) + timerfd->left);
	else
		setting.it_value = to_timespec(timerfd->left);
	sys_call4(SYS_timerfd_settime, fd, flags, &setting, 0);
	if (timerfd->ticks)
		sys_ioctl(fd, SET_TICKS, (void *)&timerfd->ticks);
}

static void add_seconds(struct text *text, uint64_t time)
{
	text_add_decimal(text, (int64_t)(time / SECOND));
	text_add(text, ".");
	for (uint64_t digit = SECOND / 10; digit >= SECOND / 1000; digit /= 10)
		text_add_decimal(text, (int64_t)(time / digit % 10));
	text_add(text, " s");
}

static void describe_timerfd(const void *record, struct text *text)
{
	const struct timerfd_ghost *timerfd = record;

	text_add(text, "clock ");
	text_add_decimal(text, timerfd->clock);
	text_add(text, timerfd->left ? ", in " : ", not set");
	if (timerfd->left)
		add_seconds(text, timerfd->left);
	if (timerfd->interval) {
		text_add(text, ", every ");
		add_seconds(text, timerfd->interval);
	}
	if (timerfd->ticks) {
		text_add(text, ", expired ");
		text_add_decimal(text, (int64_t)timerfd->ticks);
	}
}

const struct kind kind_timerfd = {
	.tag = KIND_TAG('T', 'M', 'F', 'D'),
	.version = 1,
	.name = "timerfd",
	.size = sizeof(struct timerfd_ghost),
	.make = make_ghost_timerfd,
	.capture = capture_timerfd,
	.revive = revive_timerfd,
	.describe = describe_timerfd,
	.start = start_timerfd,
};
