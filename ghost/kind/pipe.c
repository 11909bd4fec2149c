/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe inside the application, and its ends. */
#include "pipe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"

static int make_ghost_pipe(ghost_t *ghost, void *record, size_t size)
{
	struct pipe_ghost *pipe = record;

	if (size != sizeof(*pipe))
		return ghost_fail(ghost, -EINVAL);
	ghost_u64(ghost, &pipe->id);
	ghost_u32(ghost, &pipe->capacity);
	ghost_count(ghost, &pipe->packets, PIPE_PACKETS_MAX);
	for (uint32_t i = 0; i < pipe->packets; i++)
		ghost_u32(ghost, &pipe->packet[i]);
	return ghost_buffer(ghost, pipe->queued, &pipe->length, sizeof(pipe->queued));
}

static int make_ghost_pipe_end(ghost_t *ghost, void *record, size_t size)
{
	struct pipe_end_ghost *end = record;

	if (size != sizeof(*end))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &end->object);
	return ghost_u64(ghost, &end->pipe);
}

int pipe_is_inside(const struct seen *seen)
{
	struct pollfd other = { .fd = seen->fd };
	int error;

	if (!text_after(seen->target, "pipe:["))
		return 0;
	if (seen->pipe_ends == 3)
		return 1;
	error = (int)sys_call3(SYS_poll, &other, 1, 0);
	if (error < 0)
		return error;
	return (other.revents & (seen->pipe_ends == 1 ? POLLHUP : POLLERR)) != 0;
}

static int capture_pipe_end(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct pipe_end_ghost *end = record;
	int inside;

	if (!S_ISFIFO(seen->stat.st_mode))
		return KIND_NOT_MINE;
	inside = pipe_is_inside(seen);
	if (inside < 0)
		return inside;
	if (!inside) {
		if (seen->fd <= 2 || seen->inherited)
			return KIND_NOT_MINE;
		refusal->what = text_after(seen->target, "pipe:[")
					? "a pipe to another process"
					: "a named pipe";
		refusal->cure = "let the program close it first";
		return -EOPNOTSUPP;
	}
	end->pipe = seen->stat.st_ino;
	return 0;
}

/* One read takes everything that is queued, or one packet where the writer
 * uses packet mode (pipe(7), O_DIRECT). */
static int read_copy(int copy, uint32_t queued, struct pipe_ghost *pipe)
{
	while (pipe->length < queued) {
		long got = sys_read(copy, pipe->queued + pipe->length,
				    sizeof(pipe->queued) - pipe->length);

		if (got <= 0)
			return got < 0 ? (int)got : -EIO;
		if (pipe->packets == PIPE_PACKETS_MAX)
			return -E2BIG;
		pipe->packet[pipe->packets++] = (uint32_t)got;
		pipe->length += (uint32_t)got;
	}
	return 0;
}

static int copy_queue(int fd, int copy[2], uint32_t queued, struct pipe_ghost *pipe)
{
	long got;

	sys_fcntl(copy[1], F_SETPIPE_SZ, pipe->capacity);
	got = sys_call4(SYS_tee, fd, copy[1], 0x7fffffff, 2 /* SPLICE_F_NONBLOCK */);
	if (got < 0)
		return (int)got;
	if ((uint32_t)got != queued)
		return -E2BIG;
	return read_copy(copy[0], queued, pipe);
}

int pipe_peek(int fd, int packet_mode, struct pipe_ghost *pipe)
{
	int copy[2], queued = 0, error;
	int capacity = sys_fcntl(fd, F_GETPIPE_SZ, 0);

	if (capacity < 0)
		return capacity;
	pipe->capacity = (uint32_t)capacity;
	pipe->length = pipe->packets = 0;
	error = sys_ioctl(fd, FIONREAD, &queued);
	if (error || !queued)
		return error;
	if ((uint32_t)queued > sizeof(pipe->queued))
		return -E2BIG;
	error = (int)sys_call2(SYS_pipe2, copy, O_CLOEXEC | O_NONBLOCK);
	if (error)
		return error;
	error = copy_queue(fd, copy, (uint32_t)queued, pipe);
	sys_close(copy[0]);
	sys_close(copy[1]);
	if (pipe->packets == 1 && !packet_mode)
		pipe->packets = 0;
	return error;
}

/* In krg-resume: both ends of each pipe are kept until every description of them
 * is there. */
struct revived_pipe {
	struct revived_pipe *next;
	uint64_t id;
	int ends[2];
	int given[2];
};

static int refill(int fd, const struct pipe_ghost *pipe)
{
	uint32_t done = 0;
	long put;

	if (!pipe->packets) {
		put = pipe->length ? sys_write(fd, pipe->queued, pipe->length) : 0;
		return put == (long)pipe->length ? 0 : put < 0 ? (int)put : -E2BIG;
	}
	for (uint32_t i = 0; i < pipe->packets; i++) {
		if (pipe->packet[i] > pipe->length - done)
			return -EBADMSG;
		/* More than a page is no packet, but what was in the pipe before its
		 * mode was set, with the first packet behind it. */
		sys_fcntl(fd, F_SETFL, O_NONBLOCK | (pipe->packet[i] > 4096 ? 0 : O_DIRECT));
		put = sys_write(fd, pipe->queued + done, pipe->packet[i]);
		if (put != (long)pipe->packet[i])
			return put < 0 ? (int)put : -E2BIG;
		done += pipe->packet[i];
	}
	return 0;
}

static size_t used_of_pipe(const void *record)
{
	return offsetof(struct pipe_ghost, queued) + ((const struct pipe_ghost *)record)->length;
}

static int fail(struct revive *revive, const struct pipe_ghost *pipe, int error)
{
	struct text text;

	if (!error)
		return 0;
	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, "a pipe of the program with ");
	text_add_decimal(&text, pipe->length);
	text_add(&text, " bytes in it: ");
	text_add_error(&text, error);
	return error;
}

static int prepare_pipe(const void *record, struct revive *revive)
{
	const struct pipe_ghost *pipe = record;
	struct revived_pipe *revived = calloc(1, sizeof(*revived));
	int flags = O_CLOEXEC | O_NONBLOCK | (pipe->packets ? O_DIRECT : 0);
	int error;

	if (!revived)
		return -ENOMEM;
	revived->next = revive->pipes;
	revived->id = pipe->id;
	error = (int)sys_call2(SYS_pipe2, revived->ends, flags);
	if (error) {
		free(revived);
		return fail(revive, pipe, error);
	}
	revive->pipes = revived;
	sys_fcntl(revived->ends[1], F_SETPIPE_SZ, pipe->capacity);
	return fail(revive, pipe, refill(revived->ends[1], pipe));
}

void pipe_revive_done(struct revive *revive)
{
	struct revived_pipe *revived;

	while ((revived = revive->pipes)) {
		revive->pipes = revived->next;
		sys_close(revived->ends[0]);
		sys_close(revived->ends[1]);
		free(revived);
	}
}

/* The ends that pipe2() made go to the first description of each; a further one is
 * opened by way of /proc.  Neither open() nor pipe2() takes all flags. */
static int take_end(struct revived_pipe *pipe, int writes)
{
	char path[64];
	struct text text;

	if (!pipe->given[writes]) {
		pipe->given[writes] = 1;
		return sys_fcntl(pipe->ends[writes], F_DUPFD_CLOEXEC, 0);
	}
	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, pipe->ends[writes]);
	return sys_open(path, (writes ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC, 0);
}

static int open_both_ways(struct revived_pipe *pipe)
{
	char path[64];
	struct text text;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, pipe->ends[0]);
	return sys_open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
}

static int revive_pipe_end(const void *record, struct revive *revive)
{
	const struct pipe_end_ghost *end = record;
	struct revived_pipe *pipe = revive->pipes;
	int mode = (int)end->object.flags & O_ACCMODE;
	int fd, error;

	while (pipe && pipe->id != end->pipe)
		pipe = pipe->next;
	if (!pipe)
		return -EBADMSG;
	fd = mode == O_RDWR ? open_both_ways(pipe) : take_end(pipe, mode == O_WRONLY);
	if (fd < 0)
		return fd;
	error = sys_fcntl(fd, F_SETFL, end->object.flags & (O_NONBLOCK | O_DIRECT | O_ASYNC));
	if (!error)
		return fd;
	sys_close(fd);
	return error;
}

static void describe_pipe_end(const void *record, struct text *text)
{
	const struct pipe_end_ghost *end = record;
	uint32_t mode = end->object.flags & O_ACCMODE;

	text_add(text, mode == O_RDONLY ? "reads pipe " : mode == O_WRONLY ? "writes pipe " : "pipe ");
	text_add_decimal(text, (int64_t)end->pipe);
}

const struct kind kind_pipe = {
	.tag = KIND_TAG('P', 'I', 'P', 'E'),
	.version = 1,
	.name = "pipe",
	.size = sizeof(struct pipe_ghost),
	.make = make_ghost_pipe,
	.prepare = prepare_pipe,
	.used = used_of_pipe,
};

const struct kind kind_pipe_end = {
	.tag = KIND_TAG('P', 'E', 'N', 'D'),
	.version = 1,
	.name = "pipe-end",
	.size = sizeof(struct pipe_end_ghost),
	.make = make_ghost_pipe_end,
	.capture = capture_pipe_end,
	.revive = revive_pipe_end,
	.describe = describe_pipe_end,
};
