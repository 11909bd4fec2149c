/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for locks on a file that another description of the same program holds. */
#include <stdatomic.h>
#include <sys/file.h>

#include "check.h"

static atomic_int got;
static int held, waiting_for_flock, waiting_for_range;

static void *wait_for_flock(void *argument)
{
	CHECK_CALL(flock(waiting_for_flock, LOCK_EX));
	got++;
	return argument;
}

static void *wait_for_range(void *argument)
{
	struct flock range = { .l_type = F_WRLCK, .l_start = 150, .l_len = 10 };

	CHECK_CALL(fcntl(waiting_for_range, F_OFD_SETLKW, &range));
	got++;
	return argument;
}

int main(void)
{
	struct flock range = { .l_type = F_WRLCK, .l_start = 100, .l_len = 100 };
	pthread_t one, other;

	held = (int)CHECK_CALL(open("locked", O_CREAT | O_RDWR, 0600));
	waiting_for_flock = (int)CHECK_CALL(open("locked", O_RDWR));
	waiting_for_range = (int)CHECK_CALL(open("locked", O_RDWR));
	CHECK_CALL(flock(held, LOCK_EX));
	CHECK_CALL(fcntl(held, F_OFD_SETLK, &range));
	one = check_thread(wait_for_flock, NULL);
	other = check_thread(wait_for_range, NULL);
	check_pause(3000);
	check_ready();
	while (!check_told()) {
		CHECK_IS(got, 0);
		check_pause(300);
	}
	check_pause(10000);
	CHECK_IS(got, 0);
	CHECK_CALL(flock(held, LOCK_UN));
	CHECK_ZERO(pthread_join(one, NULL));
	range.l_type = F_UNLCK;
	CHECK_CALL(fcntl(held, F_OFD_SETLK, &range));
	CHECK_ZERO(pthread_join(other, NULL));
	CHECK_IS(got, 2);
	return check_passed();
}
