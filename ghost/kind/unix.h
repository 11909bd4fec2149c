/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A unix socket inside the application, and what waits in it. */
#ifndef GHOST_KIND_UNIX_H
#define GHOST_KIND_UNIX_H

#include "../kind.h"

#define UNIX_NAME        108 /* sun_path of struct sockaddr_un */
#define UNIX_OPTIONS     10
#define UNIX_MESSAGE_MAX (1U << 20) /* net.core.wmem_max is a fifth of it as distributed */
#define UNIX_PASSED_MAX  253 /* SCM_MAX_FD in the kernel */

/* As in sun_path: of the file system from '/', or abstract from 0; or none. */
struct unix_name {
	uint32_t length;
	uint8_t bytes[UNIX_NAME];
};

/* What the kernel tells of a socket by sock_diag(7). */
struct unix_facts {
	int has_peer;
	uint64_t peer; /* inode; 0 for one that nobody has open */
	uint32_t shutdown; /* 1 receives no more, 2 sends no more */
	uint32_t waiting; /* listening: connections; else bytes */
	uint32_t backlog; /* listening */
	struct unix_name name;
};

/* Zone: signal.  -ENOENT where there is no such socket, -errno where nobody can be asked. */
int unix_ask(uint64_t inode, struct unix_facts *facts);

enum unix_state {
	UNIX_ALONE, /* not connected */
	UNIX_LISTENS,
	UNIX_PAIR, /* both ends are the program's */
	UNIX_HUNG_UP, /* the other end has been closed */
	UNIX_SENDS, /* datagrams, to a name */
	UNIX_STATES
};

/* An open file description of a socket, which is the socket itself. */
struct unix_ghost {
	struct object object;
	uint64_t id, peer; /* inodes, at the time */
	uint32_t type; /* SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET */
	uint32_t state; /* enum unix_state */
	uint32_t shutdown; /* as in the facts */
	uint32_t backlog;
	uint32_t failed; /* an error waits: the end that was closed had not read all */
	uint32_t mode; /* of the file that is its name; 0 where there is none */
	uint32_t send_buffer, receive_buffer;
	uint32_t linger; /* seconds; all ones: off */
	uint32_t options[UNIX_OPTIONS];
	int64_t timeouts[2][2]; /* receiving, sending: seconds, microseconds */
	struct unix_name name, peer_name;
};

/* A message that had not been read; of a stream, some bytes. */
struct unix_message_ghost {
	uint64_t socket; /* where it waits */
	struct unix_name from;
	uint32_t passed_count;
	uint32_t passed[UNIX_PASSED_MAX]; /* numbers of struct passed_ghost */
	uint32_t length;
	uint8_t data[UNIX_MESSAGE_MAX];
};

/* Zone: signal.  Walks over what waits without taking anything out. */
struct unix_walk {
	int fd, stream;
	int32_t offset, length; /* length: of all that waits in a stream */
	int peek_offset, credentials; /* to be put back */
};

/* -EPROTO where an error waits that a look would take out. */
int unix_walk_begin(struct unix_walk *walk, int fd);
void unix_walk_end(struct unix_walk *walk);

/* The next message, and the descriptors in it, which are new numbers of the caller's
 * (passed_count of them).  1, 0 behind the last, -errno: -E2BIG for a longer one. */
int unix_walk_next(struct unix_walk *walk, struct unix_message_ghost *message, int *passed);

/* In krg-resume, of each socket until the restart is done. */
struct revived_socket {
	struct revived_socket *next, *other;
	uint64_t id;
	uint32_t type;
	int fd;
	int taken;
	int listens;
	int unlinked; /* its name is no file any more */
	const struct unix_ghost *ghost;
	struct unix_name name;
};

/* In krg-resume, when every socket is there: takes away the names of those whose file
 * the program had removed. */
void unix_revive_names(const struct revive *revive);

/* Both ends are kept until every message is in its place; then what no description of
 * the program has taken is closed. */
void unix_revive_done(struct revive *revive);

#endif
