/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The leader of a session is that again. */
#include <fcntl.h>

#include "check.h"

static void verify(pid_t pid)
{
	CHECK_IS(getpid(), pid);
	CHECK_IS(getpgrp(), pid);
	CHECK_IS(getsid(0), pid);
}

int main(void)
{
	pid_t pid = getpid();
	int terminal;

	/* It fails for whoever leads a group; then it must have been made a leader. */
	if (setsid() < 0)
		CHECK_IS(getpgrp(), pid);
	if (getsid(0) != pid)
		check_skip("started as the leader of a group in a session of others");
	verify(pid);
	check_ready();
	while (!check_told()) {
		verify(pid);
		check_pause(500);
	}
	verify(pid);
	/* No terminal has come to it in the meantime. */
	terminal = open("/dev/tty", O_RDWR);
	CHECK(terminal < 0, "it has a terminal");
	CHECK_IS(setsid(), -1);
	return check_passed();
}
