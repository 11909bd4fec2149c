/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message that waits in a unix socket: looked at, and sent once more. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "passed.h"
#include "unix.h"
#include "unix_name.h"

/* Room for the descriptors and, in the walk, the credentials. */
#define CONTROL (CMSG_SPACE(UNIX_PASSED_MAX * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred)))

static int make_ghost_unix_message(ghost_t *ghost, void *record, size_t size)
{
	struct unix_message_ghost *message = record;

	if (size != sizeof(*message))
		return ghost_fail(ghost, -EINVAL);
	ghost_u64(ghost, &message->socket);
	make_ghost_unix_name(ghost, &message->from);
	ghost_count(ghost, &message->passed_count, UNIX_PASSED_MAX);
	for (uint32_t i = 0; i < message->passed_count; i++)
		ghost_u32(ghost, &message->passed[i]);
	return ghost_buffer(ghost, message->data, &message->length, sizeof(message->data));
}

static int get_option(int fd, int option)
{
	uint32_t size = sizeof(int);
	int value = 0;
	long error = sys_call6(SYS_getsockopt, fd, SOL_SOCKET, option, sys_arg(&value),
			       sys_arg(&size), 0);

	return error ? (int)error : value;
}

static int set_option(int fd, int option, int value)
{
	return (int)sys_call6(SYS_setsockopt, fd, SOL_SOCKET, option, sys_arg(&value),
			      sizeof(value), 0);
}

/* Credentials tell an empty message from the end of a connection, which has none.  In a
 * stream they would only divide what is one. */
int unix_walk_begin(struct unix_walk *walk, int fd)
{
	struct pollfd state = { .fd = fd };
	int type = get_option(fd, SO_TYPE);

	if (type < 0)
		return type;
	memset(walk, 0, sizeof(*walk));
	walk->fd = fd;
	walk->stream = type == SOCK_STREAM;
	walk->peek_offset = get_option(fd, SO_PEEK_OFF);
	walk->credentials = get_option(fd, SO_PASSCRED);
	/* -EINVAL of one that listens: there are connections in it, but no bytes. */
	if (walk->stream) {
		int error = sys_ioctl(fd, FIONREAD, &walk->length);

		return error == -EINVAL ? 0 : error;
	}
	/* Any look would take the error. */
	sys_call3(SYS_poll, &state, 1, 0);
	return state.revents & POLLERR ? -EPROTO : set_option(fd, SO_PASSCRED, 1);
}

void unix_walk_end(struct unix_walk *walk)
{
	set_option(walk->fd, SO_PEEK_OFF, walk->peek_offset);
	if (!walk->stream)
		set_option(walk->fd, SO_PASSCRED, walk->credentials);
}

/* What came with a message: the descriptors, and whether anything did. */
static int take_control(const char *control, size_t length, int *passed, uint32_t *count)
{
	size_t at = 0;

	*count = 0;
	while (at + sizeof(struct cmsghdr) <= length) {
		const struct cmsghdr *head = (const void *)(control + at);
		size_t size = head->cmsg_len - CMSG_LEN(0);

		if (head->cmsg_len < CMSG_LEN(0) || head->cmsg_len > length - at)
			return -EIO;
		if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
			*count = (uint32_t)(size / sizeof(int));
			memcpy(passed, control + at + CMSG_LEN(0), *count * sizeof(int));
		}
		at += CMSG_ALIGN(head->cmsg_len);
	}
	return at > 0;
}

/* Each look makes new descriptors of those in the message.  How much was seen, or
 * -errno; *more tells whether it was a message at all. */
static long peek(const struct unix_walk *walk, struct unix_message_ghost *message, size_t size,
		 int *passed, int *more)
{
	char control[CONTROL] __attribute__((aligned(8)));
	struct sockaddr_un from;
	struct iovec data = { message->data, size };
	struct msghdr head = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	long got = set_option(walk->fd, SO_PEEK_OFF, walk->offset);
	int control_seen;

	if (!got)
		got = sys_call3(SYS_recvmsg, walk->fd, &head,
				MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	message->passed_count = 0;
	*more = got > 0;
	if (got < 0)
		return got == -EAGAIN || got == -ENOTCONN || got == -EINVAL ? 0 : got;
	control_seen = take_control(control, head.msg_controllen, passed, &message->passed_count);
	*more |= control_seen > 0;
	unix_name_take(&message->from, &from, head.msg_namelen);
	if (control_seen < 0 || (head.msg_flags & (MSG_CTRUNC | MSG_TRUNC)))
		return -E2BIG;
	return got;
}

static void drop(const int *passed, uint32_t *count)
{
	for (uint32_t i = 0; i < *count; i++)
		sys_close(passed[i]);
	*count = 0;
}

/* Where in a stream the message with the descriptors began a look does not tell: it
 * goes on to its end, and shows them however few bytes were asked for.  With its last
 * byte they come to whoever reads it in one piece, and to nobody who reads what lies
 * before. */
static long look_before_last(const struct unix_walk *walk, struct unix_message_ghost *message,
			     long length, int *passed)
{
	int more;
	long got = peek(walk, message, (size_t)length - 1, passed, &more);

	drop(passed, &message->passed_count);
	return got;
}

/* Beyond its last byte a look at a stream would take an error that waits there. */
static int is_at_end(const struct unix_walk *walk)
{
	return walk->stream && walk->offset >= walk->length;
}

int unix_walk_next(struct unix_walk *walk, struct unix_message_ghost *message, int *passed)
{
	int more = 0;
	long length =
		is_at_end(walk) ? 0 : peek(walk, message, sizeof(message->data), passed, &more);

	if (length < 0)
		drop(passed, &message->passed_count);
	if (length < 0 || !more)
		return (int)length;
	if (walk->stream && message->passed_count && length > 1) {
		drop(passed, &message->passed_count);
		length = look_before_last(walk, message, length, passed);
		if (length < 0)
			return (int)length;
	}
	message->length = (uint32_t)length;
	walk->offset += (int32_t)length;
	return 1;
}

static struct revived_socket *find(const struct revive *revive, uint64_t id)
{
	struct revived_socket *socket = revive->sockets;

	while (socket && socket->id != id)
		socket = socket->next;
	return socket;
}

/* To a socket that is not connected, by its name. */
static const struct revived_socket *find_sender(const struct revive *revive,
						const struct unix_name *from)
{
	const struct revived_socket *socket = revive->sockets;

	while (socket && (!from->length || !unix_name_same(&socket->name, from)))
		socket = socket->next;
	return socket;
}

static size_t put_passed(const struct unix_message_ghost *message, const struct revive *revive,
			 char *control)
{
	struct cmsghdr *head = (struct cmsghdr *)control;
	int *passed = (int *)(control + CMSG_LEN(0));
	uint32_t count = 0;

	for (uint32_t i = 0; i < message->passed_count; i++) {
		int fd = passed_find(revive, message->passed[i]);

		if (fd >= 0)
			passed[count++] = fd;
	}
	if (!count)
		return 0;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(count * sizeof(int));
	return head->cmsg_len;
}

/* All of it at once: a stream takes less only where there is no room. */
static int send_message(int fd, const struct unix_message_ghost *message,
			const struct unix_name *to, const struct revive *revive)
{
	char control[CONTROL] __attribute__((aligned(8)));
	struct sockaddr_un address;
	struct iovec data = { (void *)message->data, message->length };
	struct msghdr head = { .msg_iov = &data, .msg_iovlen = 1 };
	long done;

	memset(control, 0, sizeof(control));
	head.msg_controllen = put_passed(message, revive, control);
	head.msg_control = head.msg_controllen ? control : NULL;
	if (to) {
		head.msg_name = &address;
		head.msg_namelen = unix_name_address(to, &address);
	}
	done = sys_call3(SYS_sendmsg, fd, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
	return done < 0 ? (int)done : done == (long)message->length ? 0 : -ENOBUFS;
}

static int send_from_elsewhere(const struct unix_message_ghost *message,
			       const struct revived_socket *to, const struct revive *revive)
{
	const struct revived_socket *from = find_sender(revive, &message->from);
	int fd =
		from ? from->fd : (int)sys_call3(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = fd < 0 ? fd : send_message(fd, message, &to->name, revive);

	if (!from && fd >= 0)
		sys_close(fd);
	return error;
}

/* A message of a socket that was left out (KRG_FORCE) is left out too. */
static int complete_unix_message(const void *record, struct revive *revive)
{
	const struct unix_message_ghost *message = record;
	const struct revived_socket *socket = find(revive, message->socket);
	struct text text;
	int error;

	if (!socket)
		return 0;
	error = socket->other ? send_message(socket->other->fd, message, NULL, revive)
			      : send_from_elsewhere(message, socket, revive);
	if (!error)
		return 0;
	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, "what waited in a socket of the program (");
	text_add_decimal(&text, message->length);
	text_add(&text, " bytes) cannot be put back: ");
	text_add_error(&text, error);
	return error;
}

static size_t used_of_unix_message(const void *record)
{
	return offsetof(struct unix_message_ghost, data) +
	       ((const struct unix_message_ghost *)record)->length;
}

static int prepare_unix_message(const void *record, struct revive *revive)
{
	(void)record;
	(void)revive;
	return 0; /* not before all descriptions are there */
}

const struct kind kind_unix_message = {
	.tag = KIND_TAG('U', 'M', 'S', 'G'),
	.version = 1,
	.name = "unix-message",
	.size = sizeof(struct unix_message_ghost),
	.make = make_ghost_unix_message,
	.prepare = prepare_unix_message,
	.complete = complete_unix_message,
	.used = used_of_unix_message,
};
