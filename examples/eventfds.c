/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* eventfd: counter, semaphore mode, flags, and one that passes numbers between threads. */
#include <sys/eventfd.h>

#include "check.h"

static int ping, pong;

static void *answer(void *argument)
{
	uint64_t value;

	do {
		CHECK_IS(read(ping, &value, 8), 8);
		CHECK_IS(write(pong, &value, 8), 8);
	} while (value != 999);
	return argument;
}

static uint64_t take(int fd)
{
	uint64_t value;

	CHECK_IS(read(fd, &value, 8), 8);
	return value;
}

static void add(int fd, uint64_t value)
{
	CHECK_IS(write(fd, &value, 8), 8);
}

static void expect_empty(int fd)
{
	uint64_t value;

	CHECK_IS(read(fd, &value, 8), -1);
	CHECK_IS(errno, EAGAIN);
}

int main(void)
{
	int counter = (int)CHECK_CALL(eventfd(5, EFD_NONBLOCK | EFD_CLOEXEC));
	int semaphore = (int)CHECK_CALL(eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK));
	int full = (int)CHECK_CALL(eventfd(0, EFD_NONBLOCK));
	int twin = (int)CHECK_CALL(dup(counter));
	uint64_t one = 1, number = 1;
	pthread_t thread;

	ping = (int)CHECK_CALL(eventfd(0, 0));
	pong = (int)CHECK_CALL(eventfd(0, 0));
	add(counter, 1ULL << 40);
	add(full, UINT64_MAX - 1);
	thread = check_thread(answer, NULL);
	check_ready();
	for (; !check_told(); number++) {
		add(ping, number);
		CHECK_IS(take(pong), number);
		number += number == 998;
	}
	add(ping, 999);
	CHECK_IS(take(pong), 999);
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK_IS(fcntl(counter, F_GETFD), FD_CLOEXEC);
	CHECK_IS(fcntl(twin, F_GETFD), 0);
	CHECK_IS(take(twin), (1ULL << 40) + 5);
	expect_empty(counter);
	for (int i = 0; i < 3; i++)
		CHECK_IS(take(semaphore), 1);
	expect_empty(semaphore);
	CHECK_IS(write(full, &one, 8), -1);
	CHECK_IS(errno, EAGAIN);
	CHECK_IS(take(full), (long long)(UINT64_MAX - 1));
	return check_passed();
}
