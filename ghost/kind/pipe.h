/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe inside the application, and its ends. */
#ifndef GHOST_KIND_PIPE_H
#define GHOST_KIND_PIPE_H

#include "../kind.h"

#define PIPE_QUEUE_MAX (1U << 20)	/* fs.pipe-max-size as distributed */
#define PIPE_PACKETS_MAX 1024

/* The object itself, once for all its ends. */
struct pipe_ghost {
	uint64_t id;		/* its inode, at the time */
	uint32_t capacity;	/* F_GETPIPE_SZ */
	uint32_t packets;	/* in packet mode (O_DIRECT): how many, and their lengths */
	uint32_t packet[PIPE_PACKETS_MAX];
	uint32_t length;
	uint8_t queued[PIPE_QUEUE_MAX];
};

/* An open file description of one end. */
struct pipe_end_ghost {
	struct object object;
	uint64_t pipe;		/* id of its pipe_ghost */
};

/* True where nobody outside can hold the other end: the process has both, or
 * the kernel says that the other has been closed. */
int pipe_is_inside(const struct seen *seen);

/* Reads what is queued in the pipe behind `fd` (open for reading) without
 * taking it out.  0 or -errno: -E2BIG for more than a record holds. */
int pipe_peek(int fd, int packet_mode, struct pipe_ghost *pipe);

/* krg-resume: closes what was kept for further ends. */
void pipe_revive_done(struct revive *revive);

#endif
