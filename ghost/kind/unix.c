/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A unix socket inside the application: its capture. */
#include "unix.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "unix_name.h"
#include "unix_revive.h"

/* Each is a plain number for getsockopt(2) and setsockopt(2).  The order is the
 * format's: new ones go to the end. */
const int unix_options[UNIX_OPTIONS] = {
	SO_PASSCRED,  SO_PASSSEC,   SO_RCVLOWAT,    SO_PEEK_OFF,  SO_KEEPALIVE,
	SO_BROADCAST, SO_TIMESTAMP, SO_TIMESTAMPNS, SO_OOBINLINE, 76 /* SO_PASSPIDFD, 6.5 */,
};

int unix_get_option(int fd, int option, void *value, uint32_t size)
{
	return (int)sys_call6(SYS_getsockopt, fd, SOL_SOCKET, option, sys_arg(value),
			      sys_arg(&size), 0);
}

static int make_ghost_unix(ghost_t *ghost, void *record, size_t size)
{
	struct unix_ghost *unix_socket = record;

	if (size != sizeof(*unix_socket))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &unix_socket->object);
	ghost_u64(ghost, &unix_socket->id);
	ghost_u64(ghost, &unix_socket->peer);
	ghost_count(ghost, &unix_socket->type, SOCK_SEQPACKET);
	ghost_count(ghost, &unix_socket->state, UNIX_STATES - 1);
	ghost_u32(ghost, &unix_socket->shutdown);
	ghost_u32(ghost, &unix_socket->backlog);
	ghost_u32(ghost, &unix_socket->failed);
	ghost_u32(ghost, &unix_socket->mode);
	ghost_u32(ghost, &unix_socket->send_buffer);
	ghost_u32(ghost, &unix_socket->receive_buffer);
	ghost_u32(ghost, &unix_socket->linger);
	for (int i = 0; i < UNIX_OPTIONS; i++)
		ghost_u32(ghost, &unix_socket->options[i]);
	for (int i = 0; i < 2; i++) {
		ghost_i64(ghost, &unix_socket->timeouts[i][0]);
		ghost_i64(ghost, &unix_socket->timeouts[i][1]);
	}
	make_ghost_unix_name(ghost, &unix_socket->name);
	return make_ghost_unix_name(ghost, &unix_socket->peer_name);
}

static void capture_options(int fd, struct unix_ghost *unix_socket)
{
	static const int timeouts[] = { SO_RCVTIMEO, SO_SNDTIMEO };
	struct linger linger = { 0, 0 };

	for (int i = 0; i < UNIX_OPTIONS; i++)
		if (unix_get_option(fd, unix_options[i], &unix_socket->options[i], 4))
			unix_socket->options[i] = ~0U;
	unix_get_option(fd, SO_SNDBUF, &unix_socket->send_buffer, 4);
	unix_get_option(fd, SO_RCVBUF, &unix_socket->receive_buffer, 4);
	for (int i = 0; i < 2; i++) {
		struct timeval timeout = { 0, 0 };

		unix_get_option(fd, timeouts[i], &timeout, sizeof(timeout));
		unix_socket->timeouts[i][0] = timeout.tv_sec;
		unix_socket->timeouts[i][1] = timeout.tv_usec;
	}
	unix_get_option(fd, SO_LINGER, &linger, sizeof(linger));
	unix_socket->linger = linger.l_onoff ? (uint32_t)linger.l_linger : ~0U;
}

/* Looking at the error itself would clear it. */
static uint32_t error_waits(int fd)
{
	struct pollfd look = { .fd = fd };

	sys_call3(SYS_poll, &look, 1, 0);
	return (look.revents & POLLERR) != 0;
}

static int refuse(struct refusal *refusal, const char *what, const char *cure)
{
	refusal->what = what;
	refusal->cure = cure ? cure : "let the program close it first";
	return -EOPNOTSUPP;
}

static int capture_name(struct unix_ghost *unix_socket, struct refusal *refusal)
{
	char path[UNIX_NAME + 1];
	struct stat stat;

	unix_name_path(&unix_socket->name, path);
	if (!path[0])
		return 0;
	if (path[0] != '/')
		return refuse(refusal, "a socket whose name is a relative path",
			      "let the program bind it to a path from the root");
	if (!sys_call2(SYS_stat, path, &stat) && S_ISSOCK(stat.st_mode))
		unix_socket->mode = stat.st_mode;
	return 0;
}

/* A pair whose ends both have names was connected by a client with a name: which of
 * them was accepted nobody tells. */
static int capture_pair(const struct seen *seen, struct unix_ghost *unix_socket,
			const struct unix_facts *peer, struct refusal *refusal)
{
	int datagrams = unix_socket->type == SOCK_DGRAM;
	int mutual = peer->has_peer && peer->peer == seen->stat.st_ino;

	unix_socket->peer_name = peer->name;
	unix_socket->state = datagrams && !mutual ? UNIX_SENDS : UNIX_PAIR;
	if (unix_socket->state == UNIX_SENDS && !peer->name.length)
		return refuse(refusal, "a socket that sends to one without a name", NULL);
	if (!datagrams && peer->name.length && unix_socket->name.length)
		return refuse(refusal, "a connection both ends of which have a name", NULL);
	return 0;
}

static int capture_peer(const struct seen *seen, struct unix_ghost *unix_socket,
			const struct unix_facts *facts, struct refusal *refusal)
{
	int stream = unix_socket->type != SOCK_DGRAM;
	struct unix_facts peer;

	if (!facts->peer && stream && facts->shutdown != 3)
		return refuse(refusal, "a connection that has not been accepted",
			      "let the program accept it first");
	if (!facts->peer) {
		unix_socket->state = UNIX_HUNG_UP;
		unix_socket->failed = stream && error_waits(seen->fd);
		return 0;
	}
	if (unix_ask(facts->peer, &peer))
		return refuse(refusal, "a socket whose other end cannot be found", NULL);
	unix_socket->peer = facts->peer;
	if (seen->holds(seen, facts->peer))
		return capture_pair(seen, unix_socket, &peer, refusal);
	if (stream || !peer.name.length)
		return refuse(refusal, "a socket to another process", NULL);
	unix_socket->state = UNIX_SENDS;
	unix_socket->peer_name = peer.name;
	return 0;
}

static int capture_state(const struct seen *seen, struct unix_ghost *unix_socket,
			 const struct unix_facts *facts, struct refusal *refusal)
{
	uint32_t listens = 0;

	unix_get_option(seen->fd, SO_ACCEPTCONN, &listens, 4);
	if (!listens)
		return facts->has_peer ? capture_peer(seen, unix_socket, facts, refusal) : 0;
	unix_socket->state = UNIX_LISTENS;
	unix_socket->backlog = facts->backlog;
	if (facts->waiting)
		return refuse(refusal, "a socket with connections that have not been accepted",
			      "let the program accept them first");
	return 0;
}

static int is_unix(const struct seen *seen)
{
	int domain = 0;

	return S_ISSOCK(seen->stat.st_mode) && !(seen->flags & O_PATH) &&
	       !unix_get_option(seen->fd, SO_DOMAIN, &domain, 4) && domain == AF_UNIX;
}

static int capture_unix(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct unix_ghost *unix_socket = record;
	struct unix_facts facts;
	int error;

	if (!is_unix(seen))
		return KIND_NOT_MINE;
	error = unix_ask(seen->stat.st_ino, &facts);
	/* What the program was given leads outside, unless it has the other end too. */
	if ((seen->fd <= 2 || seen->inherited) &&
	    (error || !facts.peer || !seen->holds(seen, facts.peer)))
		return KIND_NOT_MINE;
	if (error)
		return refuse(refusal, "a socket whose other end cannot be found", NULL);
	unix_socket->id = seen->stat.st_ino;
	unix_socket->shutdown = facts.shutdown & 3;
	unix_socket->name = facts.name;
	unix_get_option(seen->fd, SO_TYPE, &unix_socket->type, 4);
	capture_options(seen->fd, unix_socket);
	error = capture_state(seen, unix_socket, &facts, refusal);
	return error ? error : capture_name(unix_socket, refusal);
}

static void describe_unix(const void *record, struct text *text)
{
	static const char *const types[SOCK_SEQPACKET + 1] = {
		[SOCK_STREAM] = "stream",
		[SOCK_DGRAM] = "datagrams",
		[SOCK_SEQPACKET] = "packets",
	};
	static const char *const states[UNIX_STATES] = {
		" alone", " listens", " paired", " hung up", " sends",
	};
	const struct unix_ghost *unix_socket = record;
	const char *type = types[unix_socket->type];

	text_add(text, type ? type : "unix");
	text_add(text, states[unix_socket->state]);
	if (unix_socket->name.length) {
		text_add(text, " as ");
		unix_name_describe(&unix_socket->name, text);
	}
	if (unix_socket->peer_name.length) {
		text_add(text, " to ");
		unix_name_describe(&unix_socket->peer_name, text);
	}
}

const struct kind kind_unix = {
	.tag = KIND_TAG('U', 'N', 'I', 'X'),
	.version = 1,
	.name = "unix",
	.size = sizeof(struct unix_ghost),
	.make = make_ghost_unix,
	.capture = capture_unix,
	.revive = unix_revive,
	.describe = describe_unix,
	.complete = unix_complete,
};
