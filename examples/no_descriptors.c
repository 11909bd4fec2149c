/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every descriptor that the program may have is open: a checkpoint must do with none of them. */
#include <sys/resource.h>

#include "check.h"

#define LIMIT 40

int main(void)
{
	const struct rlimit limit = { LIMIT, 256 };
	char byte, path[] = "file";
	int file, count = 0;

	CHECK_CALL(setrlimit(RLIMIT_NOFILE, &limit));
	file = (int)CHECK_CALL(open(path, O_CREAT | O_RDWR, 0600));
	CHECK_CALL(write(file, "0123456789", 10));
	while (dup(file) >= 0)
		count++;
	CHECK_IS(errno, EMFILE);
	check_ready();
	/* stat(2) needs no descriptor. */
	check_wait();
	CHECK_IS(open("/dev/null", O_RDONLY), -1);
	CHECK_IS(errno, EMFILE);
	for (int fd = LIMIT - 1; count > 0; fd--, count--) {
		CHECK_CALL(fcntl(fd, F_GETFD));
		CHECK_IS(pread(fd, &byte, 1, count % 10), 1);
		CHECK_IS(byte, '0' + count % 10);
		CHECK_IS(close(fd), 0);
	}
	CHECK_CALL(open("/dev/null", O_RDONLY));
	return check_passed();
}
