/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc/self/fdinfo tells of a descriptor. */
#ifndef GHOST_FDINFO_H
#define GHOST_FDINFO_H

/* Zone: signal.  Each opens one descriptor, and the others close it. */

#include <stddef.h>
#include <stdint.h>

/* The file itself, for what may be long.  A descriptor or -errno. */
int fdinfo_open(int fd);

/* All of it into `data`, terminated.  The length or -errno. */
long fdinfo_read(int fd, char *data, size_t size);

/* The place behind the beginning `field` of a line and the blanks that follow it,
 * or NULL where no line begins so. */
const char *fdinfo_field(const char *info, const char *field);

/* The number behind the line that begins with `field`; -ENOENT without one. */
int fdinfo_hex(int fd, const char *field, uint64_t *value);

#endif
