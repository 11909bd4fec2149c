/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At a terminal, with /dev/tty open too: afterwards both are the one of krg-resume. */
#include <sys/ioctl.h>

#include "check.h"

int main(void)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct winsize size;
	struct stat device;

	if (terminal < 0 || !isatty(1))
		check_skip("started without a terminal");
	check_ready();
	check_wait();
	for (int fd = 0; fd < 2; fd++)
		CHECK(isatty(fd), "descriptor %d is no terminal", fd);
	CHECK(isatty(terminal), "what was /dev/tty is no terminal");
	CHECK_IS(fcntl(terminal, F_GETFL) & O_ACCMODE, O_RDWR);
	CHECK_IS(fcntl(terminal, F_GETFD), FD_CLOEXEC);
	CHECK_CALL(fstat(terminal, &device));
	CHECK_IS(device.st_rdev, 5 << 8); /* still by that name, whatever it leads to */
	CHECK_CALL(ioctl(terminal, TIOCGWINSZ, &size));
	CHECK_IS(size.ws_col, 99);
	CHECK_CALL(write(terminal, "by /dev/tty\n", 12));
	return check_passed();
}
