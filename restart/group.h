/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process group or session of the program, and the terminal's foreground. */
#ifndef RESTART_GROUP_H
#define RESTART_GROUP_H

/* Zone: free. */

#include "../ghost/image.h"

/* Whether the program will lead a process group in krg-resume's session. */
int group_is_led(const struct image *image);

/* In the process to be: leads its group or session as before. */
void group_join(const struct image *image);

#endif
