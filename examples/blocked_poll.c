/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for descriptors in all ways, with and without a limit; nothing but a byte may end it. */
#include <poll.h>
#include <stdatomic.h>
#include <sys/select.h>

#include "check.h"

enum { POLL, POLL_LIMIT, PPOLL, PPOLL_LIMIT, SELECT, SELECT_LIMIT, PSELECT, PSELECT_LIMIT, RAW,
       WAYS };

static int silent[2];
static atomic_int over;

static int wait_in(int way, int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct timespec nanoseconds = { .tv_nsec = 15000000 }, *none = NULL;
	struct timeval microseconds = { .tv_usec = 15000 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	switch (way) {
	case POLL: return poll(&poll_fd, 1, -1);
	case POLL_LIMIT: return poll(&poll_fd, 1, 15);
	case PPOLL: return ppoll(&poll_fd, 1, NULL, NULL);
	case PPOLL_LIMIT: return ppoll(&poll_fd, 1, &nanoseconds, NULL);
	case SELECT: return select(fd + 1, &set, NULL, NULL, NULL);
	case SELECT_LIMIT: return select(fd + 1, &set, NULL, NULL, &microseconds);
	case PSELECT: return pselect(fd + 1, &set, NULL, NULL, NULL, NULL);
	case PSELECT_LIMIT: return pselect(fd + 1, &set, NULL, NULL, &nanoseconds, NULL);
	default: return (int)syscall(SYS_ppoll, &poll_fd, 1, none, NULL, 8);
	}
}

static int has_limit(int way)
{
	return way == POLL_LIMIT || way == PPOLL_LIMIT || way == SELECT_LIMIT ||
	       way == PSELECT_LIMIT;
}

static void *live(void *argument)
{
	int way = (int)(intptr_t)argument, ready;

	do {
		ready = wait_in(way, silent[0]);
		CHECK(ready >= 0, "way %d: %s", way, strerror(errno));
		CHECK(ready || has_limit(way), "way %d: over without a limit", way);
		CHECK(!ready || check_told(), "way %d: something is there to read", way);
	} while (!ready);
	CHECK_IS(ready, 1);
	over++;
	return NULL;
}

int main(void)
{
	pthread_t threads[WAYS];

	CHECK_CALL(pipe(silent));
	for (intptr_t i = 0; i < WAYS; i++)
		threads[i] = check_thread(live, (void *)i);
	check_pause(3000);
	check_ready();
	check_wait();
	check_pause(20000);
	CHECK_IS(over, 0);
	CHECK_IS(write(silent[1], "x", 1), 1);
	for (int i = 0; i < WAYS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
