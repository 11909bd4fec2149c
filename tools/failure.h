/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a tool cannot go on: one line for a person, one status for a script. */
#ifndef TOOLS_FAILURE_H
#define TOOLS_FAILURE_H

/* Zone: free.  Whoever finds the reason sets it, whoever called hands it up, and
 * main() prints it, once. */

#define FAILURE_LINE 16384	/* several paths */

struct failure {
	int status;		/* the tool's exit status */
	char line[FAILURE_LINE];
};

/* Returns -1, so that a function can end with it. */
int __attribute__((format(printf, 3, 4)))
failure_set(struct failure *failure, int status, const char *format, ...);

/* Writes "tool: line" to stderr and returns the status. */
int failure_print(struct failure *failure, const char *tool);

#endif
