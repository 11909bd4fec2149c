/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe in packet mode (O_DIRECT): each read takes one packet, also of those that were waiting. */
#include "check.h"

#define PACKETS 12

static int size_of(int packet)
{
	return packet * 331 % 4000 + 1;
}

static void put(int fd, int packet)
{
	char data[4096];

	memset(data, 'a' + packet, sizeof(data));
	CHECK_IS(write(fd, data, (size_t)size_of(packet)), size_of(packet));
}

static void take(int fd, int packet)
{
	char data[4096];

	CHECK_IS(read(fd, data, sizeof(data)), size_of(packet));
	CHECK_IS(data[0], 'a' + packet);
	CHECK_IS(data[size_of(packet) - 1], 'a' + packet);
}

int main(void)
{
	int packets[2], mixed[2], full[2], flags[2], count = 0;
	static char page[4096];
	char data[100];

	CHECK_CALL(pipe2(packets, O_DIRECT));
	for (int i = 0; i < PACKETS; i++)
		put(packets[1], i);
	/* Begun as a stream, gone on in packets; a whole page does not join what is there. */
	CHECK_CALL(pipe2(mixed, 0));
	CHECK_CALL(write(mixed[1], "stream", 6));
	CHECK_CALL(write(mixed[1], "goes on", 7));
	CHECK_CALL(fcntl(mixed[1], F_SETFL, O_DIRECT));
	CHECK_IS(write(mixed[1], page, sizeof(page)), sizeof(page));
	put(mixed[1], 4);
	/* As many small packets as there is room for. */
	CHECK_CALL(pipe2(full, O_DIRECT | O_NONBLOCK));
	while (write(full[1], "small", 5) == 5)
		count++;
	for (int i = 0; i < 2; i++)
		flags[i] = fcntl(packets[i], F_GETFL);
	check_ready();
	check_wait();
	for (int i = 0; i < 2; i++)
		CHECK_IS(fcntl(packets[i], F_GETFL), flags[i]);
	CHECK_IS(fcntl(mixed[0], F_GETFL) & O_DIRECT, 0);
	for (int i = 0; i < PACKETS; i++)
		take(packets[0], i);
	put(packets[1], 0);
	put(packets[1], 1);
	take(packets[0], 0);
	take(packets[0], 1);
	CHECK_IS(read(mixed[0], data, 13), 13);
	CHECK(!memcmp(data, "streamgoes on", 13), "the stream says %.13s", data);
	CHECK_IS(read(mixed[0], page, sizeof(page)), sizeof(page));
	take(mixed[0], 4);
	while (read(full[0], data, sizeof(data)) == 5)
		count--;
	CHECK_IS(count, 0);
	return check_passed();
}
