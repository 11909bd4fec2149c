/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The name of a unix socket. */
#ifndef GHOST_KIND_UNIX_NAME_H
#define GHOST_KIND_UNIX_NAME_H

/* Zone: signal, but for unix_name_bind(), which is krg-resume's. */

#include <sys/un.h>

#include "unix.h"

int make_ghost_unix_name(ghost_t *ghost, struct unix_name *name);

/* From and to what the kernel takes: the name in sun_path, that of an address of
 * `length` bytes, and the length of the address of a name. */
void unix_name_set(struct unix_name *name, const char *bytes, uint32_t length);
void unix_name_take(struct unix_name *name, const struct sockaddr_un *address, uint32_t length);
uint32_t unix_name_address(const struct unix_name *name, struct sockaddr_un *address);

int unix_name_same(const struct unix_name *one, const struct unix_name *other);

/* Its path, terminated, where it is one of the file system; else an empty string. */
void unix_name_path(const struct unix_name *name, char path[UNIX_NAME + 1]);

/* Gives it to a socket.  A file of that name that belongs to a socket that is no more,
 * as the killed program left it, is replaced.  0 or -errno. */
int unix_name_bind(int fd, uint32_t type, const struct unix_name *name, uint32_t mode);

void unix_name_describe(const struct unix_name *name, struct text *text);

#endif
