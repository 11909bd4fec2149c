/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A unix socket inside the application: its return. */
#include "unix_revive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../sys.h"
#include "unix_name.h"

/* Not at a standard stream, which krg-resume may have been started without. */
static int out_of_the_way(int fd)
{
	int raised = fd < 0 || fd > 2 ? fd : sys_fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (raised != fd)
		sys_close(fd);
	return raised;
}

static struct revived_socket *keep(struct revive *revive, uint64_t id, uint32_t type, int fd)
{
	struct revived_socket *socket = calloc(1, sizeof(*socket));

	fd = out_of_the_way(fd);
	if (!socket || fd < 0) {
		if (fd >= 0)
			sys_close(fd);
		free(socket);
		return NULL;
	}
	socket->id = id;
	socket->type = type;
	socket->fd = fd;
	socket->next = revive->sockets;
	revive->sockets = socket;
	return socket;
}

static int open_socket(uint32_t type)
{
	return (int)sys_call3(SYS_socket, AF_UNIX, (int)type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static struct revived_socket *find(const struct revive *revive, uint64_t id)
{
	struct revived_socket *socket = revive->sockets;

	while (socket && (socket->id != id || socket->listens))
		socket = socket->next;
	return socket;
}

static int fail(struct revive *revive, const char *what, const struct unix_name *name, int error)
{
	struct text text;

	text_open(&text, revive->reason, sizeof(revive->reason));
	unix_name_describe(name, &text);
	text_add(&text, what);
	text_add_error(&text, error);
	return error;
}

static int bind_name(struct revive *revive, int fd, uint32_t type, const struct unix_name *name,
		     uint32_t mode)
{
	int error = name->length ? unix_name_bind(fd, type, name, mode) : 0;

	return error ? fail(revive, ": a socket of the program cannot have this name: ", name,
			    error)
		     : 0;
}

/* The one that listens under this name: the program's, or one that is there only until
 * who was accepted by it has come back, for a name can be had only that way. */
static struct revived_socket *listener(struct revive *revive, uint32_t type,
				       const struct unix_name *name, uint32_t mode, int *error)
{
	struct revived_socket *socket = revive->sockets;

	while (socket && !(socket->listens && unix_name_same(&socket->name, name)))
		socket = socket->next;
	if (socket)
		return socket;
	*error = open_socket(type);
	socket = *error < 0 ? NULL : keep(revive, 0, type, *error);
	if (!socket)
		return NULL;
	*error = bind_name(revive, socket->fd, type, name, mode);
	if (!*error)
		*error = (int)sys_call2(SYS_listen, socket->fd, SOMAXCONN);
	if (*error)
		return NULL;
	socket->listens = 1;
	socket->name = *name;
	socket->unlinked = !mode;
	return socket;
}

/* ends[0] has the name, because a socket that listened under it accepted it. */
static int connect_pair(struct revive *revive, const struct unix_ghost *unix_socket,
			const struct unix_name *name, int ends[2])
{
	struct revived_socket *accepts;
	struct sockaddr_un address;
	int error = -ENOMEM;

	accepts = listener(revive, unix_socket->type, name, unix_socket->mode, &error);
	if (!accepts)
		return error < 0 ? error : -ENOMEM;
	ends[1] = open_socket(unix_socket->type);
	if (ends[1] < 0)
		return ends[1];
	error = (int)sys_call3(SYS_connect, ends[1], &address, unix_name_address(name, &address));
	if (!error)
		ends[0] = (int)sys_call4(SYS_accept4, accepts->fd, 0, 0,
					 SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (error || ends[0] < 0) {
		sys_close(ends[1]);
		return error ? error : ends[0];
	}
	return 0;
}

static int open_pair(struct revive *revive, const struct unix_ghost *unix_socket, int ends[2])
{
	int error, turned[2];

	if (unix_socket->type != SOCK_DGRAM && unix_socket->name.length)
		return connect_pair(revive, unix_socket, &unix_socket->name, ends);
	if (unix_socket->type != SOCK_DGRAM && unix_socket->peer_name.length) {
		error = connect_pair(revive, unix_socket, &unix_socket->peer_name, turned);
		ends[0] = turned[1];
		ends[1] = turned[0];
		return error;
	}
	return (int)sys_call4(SYS_socketpair, AF_UNIX,
			      (int)unix_socket->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
}

/* As large as may be while messages are put back: what waits may have been sent before
 * the program made it smaller. */
static void set_buffer(int fd, int option, uint32_t size)
{
	int forced = option == SO_SNDBUF ? SO_SNDBUFFORCE : SO_RCVBUFFORCE;
	uint32_t now = 0, half = size / 2; /* the kernel tells twice what it was given */

	if (unix_get_option(fd, option, &now, 4) || now == size)
		return;
	if (sys_call6(SYS_setsockopt, fd, SOL_SOCKET, forced, sys_arg(&half), 4, 0))
		sys_call6(SYS_setsockopt, fd, SOL_SOCKET, option, sys_arg(&half), 4, 0);
}

static struct revived_socket *pair(struct revive *revive, const struct unix_ghost *unix_socket,
				   int *error)
{
	struct revived_socket *here, *there;
	int ends[2];

	*error = open_pair(revive, unix_socket, ends);
	if (*error)
		return NULL;
	here = keep(revive, unix_socket->id, unix_socket->type, ends[0]);
	there = keep(revive, unix_socket->peer, unix_socket->type, ends[1]);
	if (!here || !there)
		return NULL;
	here->other = there;
	there->other = here;
	set_buffer(here->fd, SO_SNDBUF, 4 * UNIX_MESSAGE_MAX);
	set_buffer(there->fd, SO_SNDBUF, 4 * UNIX_MESSAGE_MAX);
	return here;
}

static struct revived_socket *single(struct revive *revive, const struct unix_ghost *unix_socket,
				     int *error)
{
	struct revived_socket *socket;

	if (unix_socket->state == UNIX_LISTENS) {
		socket = listener(revive, unix_socket->type, &unix_socket->name, unix_socket->mode,
				  error);
		if (socket && socket->taken)
			*error = -EADDRINUSE;
		return *error == -EADDRINUSE ? NULL : socket;
	}
	*error = open_socket(unix_socket->type);
	socket = *error < 0 ? NULL : keep(revive, unix_socket->id, unix_socket->type, *error);
	if (socket)
		set_buffer(socket->fd, SO_SNDBUF, 4 * UNIX_MESSAGE_MAX);
	return socket;
}

static void set_options(int fd, const struct unix_ghost *unix_socket)
{
	static const int timeouts[] = { SO_RCVTIMEO, SO_SNDTIMEO };

	for (int i = 0; i < UNIX_OPTIONS; i++) {
		uint32_t now = 0, wanted = unix_socket->options[i];

		if (wanted != ~0U && !unix_get_option(fd, unix_options[i], &now, 4) &&
		    now != wanted)
			sys_call6(SYS_setsockopt, fd, SOL_SOCKET, unix_options[i], sys_arg(&wanted),
				  4, 0);
	}
	for (int i = 0; i < 2; i++) {
		struct timeval timeout = { unix_socket->timeouts[i][0],
					   unix_socket->timeouts[i][1] };

		sys_call6(SYS_setsockopt, fd, SOL_SOCKET, timeouts[i], sys_arg(&timeout),
			  sizeof(timeout), 0);
	}
	if (unix_socket->linger != ~0U) {
		struct linger linger = { 1, (int)unix_socket->linger };

		sys_call6(SYS_setsockopt, fd, SOL_SOCKET, SO_LINGER, sys_arg(&linger),
			  sizeof(linger), 0);
	}
}

/* Who listens or was accepted has its name by now. */
static int has_name(const struct unix_ghost *unix_socket)
{
	int accepted = unix_socket->type != SOCK_DGRAM &&
		       (unix_socket->state == UNIX_PAIR || unix_socket->state == UNIX_HUNG_UP);

	return accepted || (unix_socket->state == UNIX_LISTENS && unix_socket->name.length);
}

static int finish(struct revive *revive, struct revived_socket *socket,
		  const struct unix_ghost *unix_socket)
{
	int fd = socket->fd, error = 0;

	if (!has_name(unix_socket))
		error = bind_name(revive, fd, unix_socket->type, &unix_socket->name,
				  unix_socket->mode);
	if (error)
		return error;
	if (unix_socket->state == UNIX_LISTENS)
		sys_call2(SYS_listen, fd, unix_socket->backlog);
	socket->taken = 1;
	socket->ghost = unix_socket;
	socket->name = unix_socket->name;
	socket->unlinked |= !unix_socket->mode;
	set_options(fd, unix_socket);
	sys_fcntl(fd, F_SETFL, unix_socket->object.flags & (O_NONBLOCK | O_ASYNC));
	return sys_fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

int unix_revive(const void *record, struct revive *revive)
{
	const struct unix_ghost *unix_socket = record;
	struct revived_socket *socket = find(revive, unix_socket->id);
	int paired = unix_socket->state == UNIX_PAIR || unix_socket->state == UNIX_HUNG_UP;
	int error = -ENOMEM;

	if (socket && socket->taken)
		return -EBADMSG;
	if (!socket)
		socket = paired ? pair(revive, unix_socket, &error)
				: single(revive, unix_socket, &error);
	if (!socket)
		return error < 0 ? error : -ENOMEM;
	return finish(revive, socket, unix_socket);
}

/* Where nobody receives under that name any more the program will be told when it
 * sends, as it would have been without a restart. */
static void connect_to_name(int fd, const struct unix_name *name)
{
	struct sockaddr_un address;

	sys_call3(SYS_connect, fd, &address, unix_name_address(name, &address));
}

int unix_complete(const void *record, struct revive *revive)
{
	const struct unix_ghost *unix_socket = record;
	struct revived_socket *socket = revive->sockets;

	while (socket && socket->ghost != unix_socket)
		socket = socket->next;
	if (!socket)
		return 0;
	if (unix_socket->state == UNIX_SENDS)
		connect_to_name(socket->fd, &unix_socket->peer_name);
	/* An end that is closed before it has read all leaves an error to the other. */
	if (unix_socket->failed)
		sys_call6(SYS_sendto, socket->fd, sys_arg(""), 1, MSG_DONTWAIT | MSG_NOSIGNAL, 0,
			  0);
	/* Being hung up shows by itself, when the other end is closed. */
	if (unix_socket->shutdown &&
	    (unix_socket->state != UNIX_HUNG_UP || unix_socket->type == SOCK_DGRAM))
		sys_call2(SYS_shutdown, socket->fd, (int)unix_socket->shutdown - 1);
	set_buffer(socket->fd, SO_SNDBUF, unix_socket->send_buffer);
	set_buffer(socket->fd, SO_RCVBUF, unix_socket->receive_buffer);
	return 0;
}

void unix_revive_names(const struct revive *revive)
{
	char path[UNIX_NAME + 1];

	for (const struct revived_socket *socket = revive->sockets; socket; socket = socket->next) {
		unix_name_path(&socket->name, path);
		if (path[0] && socket->unlinked)
			sys_call1(SYS_unlink, path);
	}
}

void unix_revive_done(struct revive *revive)
{
	struct revived_socket *socket;

	while ((socket = revive->sockets)) {
		revive->sockets = socket->next;
		sys_close(socket->fd);
		free(socket);
	}
}
