/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A namespace in which every process id is free, for users without privileges. */
#ifndef RESTART_NAMESPACE_H
#define RESTART_NAMESPACE_H

#include <sys/types.h>

#include "leave.h"

struct namespace {
	pid_t init;		/* as seen from outside */
	int news;		/* struct front_news from inside */
};

/* Makes a user namespace (unless privileged), a pid namespace and a mount
 * namespace with /proc of its own, and the program in it; its first process is a
 * krg-resume that reaps and forwards.  0, or -errno with report->line. */
int namespace_spawn(struct namespace *namespace, struct leave *leave,
		    struct leave_report *report);

#endif
