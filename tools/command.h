/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What krg-ghost does with each name on its command line. */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

/* Zone: free.  Each prints to stdout.  0, or -1 with the failure set. */

#include "../ghost/image.h"
#include "failure.h"

enum command_status {
	COMMAND_OK,
	COMMAND_DAMAGED, /* or missing, or no ghost */
	COMMAND_USAGE,
};

int command_info(const char *path, struct failure *failure);
int command_info_json(const char *path, struct failure *failure);
int command_verify(const char *path, struct failure *failure);
int command_list(const char *directory, struct failure *failure);
int command_remove(const char *path, struct failure *failure);

#endif
