/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pipes: what is in them, how much fits, the flags of their ends; one is busy all the time. */
#include "check.h"

struct content {
	int ends[2];
	long length;
	int capacity;
};

static unsigned char byte_at(long offset)
{
	return (unsigned char)(offset * 13 + offset / 4096 + 7);
}

/* In pieces of odd sizes, as programs write. */
static void fill(struct content *pipe, long piece)
{
	static unsigned char block[65536];
	long done;

	CHECK_CALL(fcntl(pipe->ends[1], F_SETFL, O_NONBLOCK));
	do {
		for (long i = 0; i < piece; i++)
			block[i] = byte_at(pipe->length + i);
		done = write(pipe->ends[1], block, (size_t)piece);
		pipe->length += done > 0 ? done : 0;
	} while (done > 0);
	CHECK_IS(errno, EAGAIN);
	CHECK_CALL(fcntl(pipe->ends[1], F_SETFL, 0));
}

static void drain(struct content *pipe)
{
	unsigned char block[999];
	long found = 0, got;

	while (found < pipe->length) {
		got = CHECK_CALL(read(pipe->ends[0], block, sizeof(block)));
		for (long i = 0; i < got; i++)
			CHECK(block[i] == byte_at(found + i), "byte %ld of %ld is 0x%02x",
			      found + i, pipe->length, block[i]);
		found += got;
	}
	CHECK_IS(found, pipe->length);
	CHECK_CALL(fcntl(pipe->ends[0], F_SETFL, O_NONBLOCK));
	CHECK_IS(read(pipe->ends[0], block, 1), -1);
	CHECK_IS(errno, EAGAIN);
	CHECK_IS(fcntl(pipe->ends[0], F_GETPIPE_SZ), pipe->capacity);
}

static void *write_on(void *argument)
{
	const int *ends = argument;

	for (uint32_t number = 1; !check_told(); number++)
		CHECK_IS(write(ends[1], &number, sizeof(number)), sizeof(number));
	close(ends[1]);
	return NULL;
}

static void read_all(int fd)
{
	uint32_t found, wanted = 1;

	for (; read(fd, &found, sizeof(found)) == sizeof(found); wanted++)
		CHECK_IS(found, wanted);
	CHECK(wanted > 10, "only %u numbers came", wanted - 1);
}

int main(void)
{
	/* Filled with whole pages, with odd pieces, small, large, and empty. */
	static const struct {
		int size;
		long piece;
	} kinds[] = { { 0, 4096 }, { 0, 777 }, { 4096, 100 }, { 1 << 20, 5000 }, { 8192, 0 } };
	struct content pipes[5];
	int busy[2], flags[2];
	pthread_t writer;

	for (int i = 0; i < 5; i++) {
		pipes[i].length = 0;
		CHECK_CALL(pipe2(pipes[i].ends, i % 2 ? O_CLOEXEC : 0));
		if (kinds[i].size)
			CHECK_CALL(fcntl(pipes[i].ends[0], F_SETPIPE_SZ, kinds[i].size));
		pipes[i].capacity = fcntl(pipes[i].ends[0], F_GETPIPE_SZ);
		if (kinds[i].piece)
			fill(&pipes[i], kinds[i].piece);
	}
	CHECK_CALL(fcntl(pipes[4].ends[0], F_SETFL, O_NONBLOCK | O_ASYNC));
	for (int i = 0; i < 2; i++)
		flags[i] = fcntl(pipes[4].ends[i], F_GETFL);
	CHECK_CALL(pipe(busy));
	writer = check_thread(write_on, busy);
	check_ready();
	read_all(busy[0]);
	CHECK_ZERO(pthread_join(writer, NULL));
	for (int i = 0; i < 2; i++) {
		CHECK_IS(fcntl(pipes[4].ends[i], F_GETFL), flags[i]);
		CHECK_IS(fcntl(pipes[1].ends[i], F_GETFD), FD_CLOEXEC);
		CHECK_IS(fcntl(pipes[2].ends[i], F_GETFD), 0);
	}
	for (int i = 0; i < 5; i++)
		drain(&pipes[i]);
	return check_passed();
}
