/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An epoll instance, and what is registered with it. */
#ifndef GHOST_KIND_EPOLL_H
#define GHOST_KIND_EPOLL_H

#include "../kind.h"

/* The kernel knows a registration by a number and the description that the number
 * stood for then; the number may be closed by now, or be another file's. */
struct registration_ghost {
	uint32_t epoll; /* object that is the instance */
	uint32_t fd;
	uint32_t target; /* object that is waited for */
	uint32_t events;
	uint64_t data;
};

/* What besides stands in a line of fdinfo. */
struct registration_file {
	uint64_t inode, device; /* as in stat(2) */
};

/* -EINVAL for a line that is about something else. */
int registration_parse(const char *line, struct registration_ghost *registration,
		       struct registration_file *file);

/* True after EPOLLONESHOT has reported and before the program asks again. */
int registration_is_spent(const struct registration_ghost *registration);

/* krg-resume, in the process to be: registers `fd`, which stands for the target.
 * One that is spent comes before all others of its instance.  0 or -errno. */
int registration_revive(int epoll, const struct registration_ghost *registration);

#endif
