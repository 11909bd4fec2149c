/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pipes with one end left, ends opened again by /dev/fd, and ends that are shared. */
#include <signal.h>
#include <sys/ioctl.h>

#include "check.h"

static int reopen(int fd, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), fd % 2 ? "/dev/fd/%d" : "/proc/self/fd/%d", fd);
	return (int)CHECK_CALL(open(path, flags));
}

static void expect(int fd, const char *text)
{
	char found[64] = "";

	CHECK_IS(read(fd, found, sizeof(found) - 1), strlen(text));
	CHECK(!strcmp(found, text), "\"%s\" was read, not \"%s\"", found, text);
}

int main(void)
{
	int no_writer[2], no_reader[2], again[2], both, twin, late;
	int waiting;
	char byte;

	signal(SIGPIPE, SIG_IGN);
	CHECK_CALL(pipe(no_writer));
	CHECK_CALL(write(no_writer[1], "the last words", 14));
	close(no_writer[1]);
	CHECK_CALL(pipe(no_reader));
	CHECK_CALL(write(no_reader[1], "for nobody", 10));
	close(no_reader[0]);
	CHECK_CALL(pipe2(again, O_CLOEXEC));
	both = reopen(again[0], O_RDWR | O_NONBLOCK);
	twin = dup(again[1]);
	check_ready();
	while (!check_told()) {
		CHECK_IS(write(no_reader[1], "x", 1), -1);
		CHECK_IS(errno, EPIPE);
		check_pause(300);
	}
	/* What was said before the end, then the end. */
	expect(no_writer[0], "the last words");
	CHECK_IS(read(no_writer[0], &byte, 1), 0);
	CHECK_IS(write(no_reader[1], "x", 1), -1);
	CHECK_IS(errno, EPIPE);
	/* All numbers lead to one pipe, and each has its own mode. */
	CHECK_CALL(write(twin, "twin", 4));
	expect(both, "twin");
	CHECK_CALL(write(both, "both", 4));
	CHECK_CALL(ioctl(again[0], FIONREAD, &waiting));
	CHECK_IS(waiting, 4);
	expect(again[0], "both");
	CHECK_IS(fcntl(both, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
	CHECK_IS(fcntl(again[0], F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDONLY);
	CHECK_CALL(fcntl(again[1], F_SETFL, O_NONBLOCK));
	CHECK_IS(fcntl(twin, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	/* And they can be opened again, now too. */
	late = reopen(again[1], O_WRONLY);
	CHECK_CALL(write(late, "late", 4));
	expect(again[0], "late");
	close(late);
	close(twin);
	close(both);
	close(again[1]);
	CHECK_IS(read(again[0], &byte, 1), 0);
	return check_passed();
}
