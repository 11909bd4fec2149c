/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Large transfers that are cut short by a signal: they are complete, and in order. */
#include <sys/random.h>
#include <sys/uio.h>

#include "check.h"

#define SIZE   300000 /* several times what a pipe holds */
#define PIECES 7

enum { WRITE, WRITEV, RAW, WAYS };

/* What the bytes of round `round` are: in order, and different in each. */
static void fill(unsigned char *data, unsigned int round)
{
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (unsigned char)((i * 31 + i / 251 + round) & 255);
}

static void split(unsigned char *data, struct iovec vector[PIECES])
{
	size_t at = 0;

	for (int i = 0; i < PIECES; i++) {
		size_t size = i == PIECES - 1 ? SIZE - at : (size_t)(i * i * 2500 + 1);

		vector[i] = (struct iovec){ data + at, size };
		at += size;
	}
}

static ssize_t write_in(int way, int fd, unsigned char *data)
{
	struct iovec vector[PIECES];

	switch (way) {
	case WRITE:
		return write(fd, data, SIZE);
	case WRITEV:
		split(data, vector);
		return writev(fd, vector, PIECES);
	default:
		return syscall(SYS_write, fd, data, SIZE);
	}
}

static void *write_all(void *argument)
{
	static __thread unsigned char data[SIZE];
	int *ends = argument, way = ends[2];

	for (unsigned int round = 0; !check_told(); round++) {
		fill(data, round);
		CHECK_IS(write_in(way, ends[1], data), SIZE);
	}
	CHECK_CALL(close(ends[1]));
	return NULL;
}

static void *read_all(void *argument)
{
	static __thread unsigned char data[SIZE], wanted[SIZE];
	int *ends = argument;

	for (unsigned int round = 0;; round++) {
		size_t got = 0;

		while (got < SIZE) {
			ssize_t more =
				read(ends[0], data + got, SIZE - got < 5000 ? SIZE - got : 5000);

			CHECK(more >= 0, "read: %s", strerror(errno));
			if (!more && !got)
				return NULL;
			CHECK(more > 0, "way %d: the end after %zu bytes", ends[2], got);
			got += (size_t)more;
			check_pause(20);
		}
		fill(wanted, round);
		CHECK(!memcmp(data, wanted, SIZE), "way %d: other bytes", ends[2]);
	}
}

/* More than 256 bytes may be cut short (getrandom(2)). */
static void *draw(void *argument)
{
	static unsigned char data[8 << 20];

	do {
		memset(data + sizeof(data) - 64, 0, 64);
		CHECK_IS(getrandom(data, sizeof(data), 0), sizeof(data));
		CHECK(memcmp(data + sizeof(data) - 64, data + sizeof(data) - 32, 32) != 0,
		      "the end is not random");
	} while (!check_told());
	return argument;
}

int main(void)
{
	static int ends[WAYS][3];
	pthread_t threads[2 * WAYS + 1];

	for (int i = 0; i < WAYS; i++) {
		CHECK_CALL(pipe(ends[i]));
		ends[i][2] = i;
		threads[2 * i] = check_thread(read_all, ends[i]);
		threads[2 * i + 1] = check_thread(write_all, ends[i]);
	}
	threads[2 * WAYS] = check_thread(draw, NULL);
	check_ready();
	for (int i = 0; i < 2 * WAYS + 1; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
