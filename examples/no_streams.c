/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that has closed its standard streams, or put something else in their place. */
#include "check.h"

int main(void)
{
	int output = (int)CHECK_CALL(dup(1));
	char text[16] = "";

	CHECK_IS(close(0), 0);
	check_ready();
	CHECK_IS(close(1), 0);
	/* A file of the program is its standard output now; nothing is its input. */
	CHECK_IS(open("instead", O_CREAT | O_RDWR | O_APPEND, 0600), 0);
	CHECK_IS(dup2(0, 1), 1);
	CHECK_IS(close(0), 0);
	CHECK_CALL(write(1, "before ", 7));
	check_wait();
	CHECK_IS(fcntl(0, F_GETFD), -1);
	CHECK_IS(errno, EBADF);
	CHECK_IS(fcntl(1, F_GETFL) & O_APPEND, O_APPEND);
	CHECK_CALL(write(1, "after", 5));
	CHECK_IS(pread(1, text, sizeof(text), 0), 12);
	CHECK(!strcmp(text, "before after"), "the file says \"%s\"", text);
	CHECK_IS(dup2(output, 1), 1);
	return check_passed();
}
