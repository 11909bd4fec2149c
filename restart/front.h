/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-resume in front of the program: signals in, stops and the exit status out. */
#ifndef RESTART_FRONT_H
#define RESTART_FRONT_H

#include <sys/types.h>

/* What the front of a namespace tells the krg-resume outside of it. */
struct front_news {
	int32_t status;		/* as wait(2) gives it */
};

struct front {
	pid_t child;		/* the program, or the namespace's init in front of it */
	pid_t program;		/* itself, as this side of a namespace numbers it */
	int news_in;		/* from the front in the namespace, or -1 */
	int news_out;		/* to the krg-resume outside, or -1 */
	int terminal;		/* a descriptor of the controlling terminal, or -1 */
	int signals;		/* a signalfd; front_run() */
	int apart;		/* the program is not in our process group */
	pid_t group;		/* that it leads on our terminal, or 0 */
	int in_namespace;	/* the child is an init that tells us news; front_run() */
};

/* Blocks every signal, so that none is lost before front_run(). */
void front_prepare(void);

/* Forwards signals and watches the program until it ends; its wait status. */
int front_run(struct front *front);

/* Ends krg-resume as the program ended. */
void front_end(int status) __attribute__((noreturn));

#endif
