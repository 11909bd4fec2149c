/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc tells about one process. */
#ifndef TOOLS_PROCESS_H
#define TOOLS_PROCESS_H

/* Zone: free.  A process may end, and its id be given to another, between two
 * questions: who needs certainty holds a pidfd and asks it afterwards. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	char name[64];
	char state;		/* 'R', 'S', 'T', 'Z', … as in proc(5) */
	pid_t leader;		/* the process, where the id was that of a thread */
	pid_t parent;
	uid_t user;		/* effective */
	gid_t group;
	uint64_t pending;	/* signals waiting for the process as a whole */
	uint64_t caught;	/* signals with a handler */
};

/* 0, -ESRCH, or another -errno. */
int process_read(pid_t pid, struct process *process);

/* 1 where the process has mapped the library called `name`, 0, or -errno. */
int process_has_library(pid_t pid, const char *name);

/* Copies a variable of the environment that the process was started with.
 * 0, -ENOENT, or another -errno. */
int process_variable(pid_t pid, const char *name, char *value, size_t size);

/* True where this is the program called `name`, by its name or by its file. */
int process_is_program(pid_t pid, const struct process *process, const char *name);

/* The first child of `parent` behind `previous` (0: the first of all), or 0. */
pid_t process_child(pid_t parent, pid_t previous);

#endif
