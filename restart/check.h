/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that can be known to be wrong before anything is done. */
#ifndef RESTART_CHECK_H
#define RESTART_CHECK_H

#include "embedded.h"

/* Ends krg-resume with one line where this machine, its kernel or its files
 * cannot take the ghost.  Of mapped files that have changed or are gone, those that
 * travel in the ghost are marked as used. */
void check_machine(const struct image *image, int force);
void check_files(const struct image *image, const struct embedded *embedded);

#endif
