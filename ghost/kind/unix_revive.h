/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A unix socket inside the application: its return. */
#ifndef GHOST_KIND_UNIX_REVIVE_H
#define GHOST_KIND_UNIX_REVIVE_H

#include "unix.h"

extern const int unix_options[UNIX_OPTIONS];

int unix_get_option(int fd, int option, void *value, uint32_t size);

/* The kind's: see struct kind. */
int unix_revive(const void *record, struct revive *revive);
int unix_complete(const void *record, struct revive *revive);

#endif
