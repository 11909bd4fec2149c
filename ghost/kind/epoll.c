/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An epoll instance, and what is registered with it. */
#include "epoll.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sysmacros.h>

#include "../fdinfo.h"
#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

struct epoll_ghost {
	struct object object;
};

static int make_ghost_epoll(ghost_t *ghost, void *record, size_t size)
{
	struct epoll_ghost *epoll = record;

	if (size != sizeof(*epoll))
		return ghost_fail(ghost, -EINVAL);
	return make_ghost_object(ghost, &epoll->object);
}

static int make_ghost_registration(ghost_t *ghost, void *record, size_t size)
{
	struct registration_ghost *registration = record;

	if (size != sizeof(*registration))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &registration->epoll);
	ghost_u32(ghost, &registration->fd);
	ghost_u32(ghost, &registration->target);
	ghost_u32(ghost, &registration->events);
	return ghost_u64(ghost, &registration->data);
}

/* What it waits for comes when all descriptions are known: shim/registrations.c. */
static int capture_epoll(const struct seen *seen, void *record, struct refusal *refusal)
{
	(void)record;
	(void)refusal;
	return strcmp(seen->target, "anon_inode:[eventpoll]") ? KIND_NOT_MINE : 0;
}

static int revive_epoll(const void *record, struct revive *revive)
{
	const struct epoll_ghost *epoll = record;
	int fd = (int)sys_call1(SYS_epoll_create1, 0);

	(void)revive;
	if (fd >= 0 && epoll->object.flags & O_NONBLOCK)
		sys_fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void describe_epoll(const void *record, struct text *text)
{
	(void)record;
	text_add(text, "waits for others");
}

static uint64_t field_hex(const char *line, const char *name)
{
	const char *cursor = strstr(line, name);

	if (!cursor)
		return 0;
	cursor += strlen(name);
	while (*cursor == ' ')
		cursor++;
	return text_take_hex(&cursor);
}

/* "tfd:        5 events:       19 data:               4d  pos:0 ino:40e sdev:10" */
int registration_parse(const char *line, struct registration_ghost *registration,
		       struct registration_file *file)
{
	const char *cursor = text_after(line, "tfd:");
	uint64_t device;

	if (!cursor)
		return -EINVAL;
	while (*cursor == ' ')
		cursor++;
	registration->fd = (uint32_t)text_take_decimal(&cursor);
	registration->events = (uint32_t)field_hex(cursor, " events:");
	registration->data = field_hex(cursor, " data:");
	file->inode = field_hex(cursor, " ino:");
	/* The kernel's own encoding (include/linux/kdev_t.h). */
	device = field_hex(cursor, " sdev:");
	file->device = makedev((unsigned int)(device >> 20), (unsigned int)(device & 0xfffff));
	return 0;
}

/* The kernel adds these two to whatever is asked for, and takes all away when a
 * one-shot registration has reported. */
int registration_is_spent(const struct registration_ghost *registration)
{
	return !(registration->events & (EPOLLERR | EPOLLHUP));
}

static int control(int epoll, int how, const struct registration_ghost *registration,
		   uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u64 = registration->data };

	return (int)sys_call4(SYS_epoll_ctl, epoll, how, registration->fd, &event);
}

static int has_reported(int epoll)
{
	struct epoll_event event;

	return sys_call6(SYS_epoll_pwait, epoll, sys_arg(&event), 1, 0, 0, 0) == 1;
}

/* An empty pipe is ready for nothing: for a moment it has a byte in it. */
static void use_up_by_byte(int epoll, int fd)
{
	char path[64], byte = 0;
	struct text text;
	int writes;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, fd);
	writes = sys_open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0);
	if (writes >= 0 && sys_write(writes, &byte, 1) == 1) {
		has_reported(epoll);
		sys_read(fd, &byte, 1);
	}
	if (writes >= 0)
		sys_close(writes);
}

/* The kernel knows no spent registration but one that has reported: it is made to, by
 * asking for everything.  What is ready for nothing at all is left as it is when
 * nothing has been asked for, which reports no more than an error or the other
 * end's closing, once. */
static int revive_spent(int epoll, const struct registration_ghost *registration)
{
	uint32_t everything = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP;
	int fd = (int)registration->fd, error;
	struct stat stat;

	error = control(epoll, EPOLL_CTL_ADD, registration, registration->events | everything);
	if (error || has_reported(epoll))
		return error;
	if (!sys_call2(SYS_fstat, fd, &stat) && S_ISFIFO(stat.st_mode) &&
	    (sys_fcntl(fd, F_GETFL, 0) & O_ACCMODE) == O_RDONLY)
		use_up_by_byte(epoll, fd);
	else
		error = control(epoll, EPOLL_CTL_MOD, registration, registration->events);
	return error;
}

int registration_revive(int epoll, const struct registration_ghost *registration)
{
	if (registration_is_spent(registration))
		return revive_spent(epoll, registration);
	return control(epoll, EPOLL_CTL_ADD, registration, registration->events);
}

const struct kind kind_epoll = {
	.tag = KIND_TAG('E', 'P', 'O', 'L'),
	.version = 1,
	.name = "epoll",
	.size = sizeof(struct epoll_ghost),
	.make = make_ghost_epoll,
	.capture = capture_epoll,
	.revive = revive_epoll,
	.describe = describe_epoll,
};

const struct kind kind_registration = {
	.tag = KIND_TAG('E', 'P', 'R', 'G'),
	.version = 1,
	.name = "registration",
	.size = sizeof(struct registration_ghost),
	.make = make_ghost_registration,
};
