/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that goes into the background: it is a grandchild of what was started. */
#include <sys/wait.h>

#include "check.h"

static void note_pid(void)
{
	char line[16];
	int length = snprintf(line, sizeof(line), "%d\n", getpid());
	int file = (int)CHECK_CALL(open("pid.new", O_CREAT | O_WRONLY, 0644));

	CHECK_IS(write(file, line, (size_t)length), length);
	close(file);
	CHECK_CALL(rename("pid.new", "pid"));
}

int main(void)
{
	char *memory = malloc(100000);
	pid_t pid;

	CHECK(memory, "malloc");
	memset(memory, 'd', 100000);
	if (CHECK_CALL(fork()))
		_exit(0);
	CHECK_CALL(setsid());
	if (CHECK_CALL(fork()))
		_exit(0);
	pid = getpid();
	note_pid();
	check_ready();
	check_wait();
	CHECK_IS(getpid(), pid);
	CHECK_IS(gettid(), pid);
	CHECK_IS(memory[99999], 'd');
	CHECK(getsid(0) != pid, "it has become the leader of its session");
	return check_passed();
}
