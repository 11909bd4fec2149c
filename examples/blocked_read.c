/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading from what is empty and writing to what is full, by libc and by a bare instruction. */
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include "check.h"

static int empty[2], full[2], counter;
static atomic_int over;

/* No wrapper and no libc: only the instruction. */
static long bare(long number, long one, long two, long three)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(one), "S"(two), "d"(three)
			 : "rcx", "r11", "memory");
	return result;
}

static void *read_one(void *argument)
{
	char byte = 0;
	struct iovec part = { &byte, 1 };

	switch ((intptr_t)argument) {
	case 0: CHECK_IS(read(empty[0], &byte, 1), 1); break;
	case 1: CHECK_IS(readv(empty[0], &part, 1), 1); break;
	default: CHECK_IS(bare(SYS_read, empty[0], (long)&byte, 1), 1);
	}
	CHECK_IS(byte, 'r');
	over++;
	return NULL;
}

static void *write_one(void *argument)
{
	CHECK_IS(argument ? bare(SYS_write, full[1], (long)"w", 1) : write(full[1], "w", 1), 1);
	over++;
	return NULL;
}

static void *read_counter(void *argument)
{
	uint64_t value;

	CHECK_IS(read(counter, &value, sizeof(value)), sizeof(value));
	CHECK_IS(value, 42);
	over++;
	return argument;
}

static long fill(int fd)
{
	static char block[4096];
	long filled = 0, done;

	CHECK_CALL(fcntl(fd, F_SETFL, O_NONBLOCK));
	while ((done = write(fd, block, sizeof(block))) > 0)
		filled += done;
	CHECK_IS(errno, EAGAIN);
	CHECK_CALL(fcntl(fd, F_SETFL, 0));
	return filled;
}

int main(void)
{
	static char block[1 << 20];
	pthread_t threads[6];
	uint64_t value = 42;
	long filled, found = 0;

	CHECK_CALL(pipe(empty));
	CHECK_CALL(pipe(full));
	counter = (int)CHECK_CALL(eventfd(0, 0));
	filled = fill(full[1]);
	for (intptr_t i = 0; i < 3; i++)
		threads[i] = check_thread(read_one, (void *)i);
	threads[3] = check_thread(write_one, NULL);
	threads[4] = check_thread(write_one, (void *)1);
	threads[5] = check_thread(read_counter, NULL);
	check_pause(3000);
	check_ready();
	check_wait();
	check_pause(10000);
	CHECK_IS(over, 0);
	CHECK_IS(write(empty[1], "rrr", 3), 3);
	while (found < filled + 2) {
		long got = read(full[0], block, sizeof(block));

		CHECK(got > 0, "read: %s", strerror(errno));
		found += got;
	}
	CHECK_IS(found, filled + 2);
	CHECK_IS(write(counter, &value, sizeof(value)), sizeof(value));
	for (int i = 0; i < 6; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
