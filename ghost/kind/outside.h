/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A descriptor that leads out of the application. */
#ifndef GHOST_KIND_OUTSIDE_H
#define GHOST_KIND_OUTSIDE_H

/* Whether the program had a terminal there; `record` is of kind_outside. */
int outside_is_terminal(const void *record);

#endif
