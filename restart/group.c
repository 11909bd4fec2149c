/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process group or session of the program, and the terminal's foreground. */
#include "group.h"

#include <fcntl.h>
#include <unistd.h>

#include "../ghost/kind/kinds.h"
#include "../ghost/kind/outside.h"

/* A group of its own, in the foreground if krg-resume's is.  SIGTTOU is blocked. */
static void lead_group(void)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	int foreground = terminal >= 0 && tcgetpgrp(terminal) == getpgrp();

	setpgid(0, 0);
	if (foreground)
		tcsetpgrp(terminal, getpgrp());
	if (terminal >= 0)
		close(terminal);
}

static int uses_terminal(const struct image *image)
{
	for (size_t i = 0; i < image->object_count; i++)
		if (image->objects[i].kind == &kind_outside &&
		    outside_is_terminal(image->objects[i].record))
			return 1;
	return 0;
}

/* A program that led a session on its terminal (in xterm -e, ssh, script) could not
 * have krg-resume's: it gets a group instead, and all of job control. */
int group_is_led(const struct image *image)
{
	const struct process_ghost *process = image->process;
	int terminal;

	if (process->session != process->pid)
		return process->group == process->pid;
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (terminal >= 0)
		close(terminal);
	return terminal >= 0 && uses_terminal(image);
}

void group_join(const struct image *image)
{
	if (group_is_led(image))
		lead_group();
	else if (image->process->session == image->process->pid)
		setsid();
}
