/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pairs of unix sockets: what waits in them, their halves and their options. */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "check.h"

struct pairs {
	int stream[2], datagrams[2], packets[2];
	int half[2], gone, reset;
};

static int read_error(int fd)
{
	char byte;

	return read(fd, &byte, 1) < 0 ? errno : 0;
}

static void put(int fd, const char *text)
{
	CHECK_IS(write(fd, text, strlen(text)), strlen(text));
}

static void expect(int fd, const char *text)
{
	char found[200];
	ssize_t length = recv(fd, found, sizeof(found), MSG_DONTWAIT);

	CHECK_IS(length, strlen(text));
	CHECK(!memcmp(found, text, strlen(text)), "read %.*s, not %s", (int)length, found, text);
}

static void fill(const struct pairs *at)
{
	put(at->stream[0], "some ");
	put(at->stream[0], "bytes");
	put(at->stream[1], "and back");
	put(at->datagrams[0], "one");
	put(at->datagrams[0], "two is longer");
	CHECK_IS(send(at->datagrams[0], "", 0, 0), 0);
	put(at->datagrams[0], "four");
	put(at->packets[1], "first packet");
	put(at->packets[1], "second");
}

static void set_options(const struct pairs *at)
{
	const struct timeval soon = { 1, 500000 };
	const struct linger linger = { 1, 7 };
	int size = 40000, yes = 1;

	CHECK_CALL(setsockopt(at->stream[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	CHECK_CALL(setsockopt(at->stream[1], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	CHECK_CALL(setsockopt(at->stream[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)));
	CHECK_CALL(setsockopt(at->datagrams[1], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	CHECK_CALL(setsockopt(at->packets[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)));
	CHECK_CALL(fcntl(at->stream[1], F_SETFL, O_NONBLOCK));
}

static void expect_options(const struct pairs *at)
{
	struct timeval timeout;
	struct linger linger;
	socklen_t size = sizeof(timeout);
	int value;

	CHECK_CALL(getsockopt(at->stream[1], SOL_SOCKET, SO_RCVTIMEO, &timeout, &size));
	CHECK_IS(timeout.tv_sec, 1);
	CHECK_IS(timeout.tv_usec, 500000);
	size = sizeof(linger);
	CHECK_CALL(getsockopt(at->datagrams[1], SOL_SOCKET, SO_LINGER, &linger, &size));
	CHECK_IS(linger.l_linger, 7);
	size = sizeof(value);
	CHECK_CALL(getsockopt(at->stream[0], SOL_SOCKET, SO_SNDBUF, &value, &size));
	CHECK_IS(value, 80000);
	CHECK_CALL(getsockopt(at->stream[1], SOL_SOCKET, SO_RCVBUF, &value, &size));
	CHECK_IS(value, 80000);
	CHECK_IS(fcntl(at->stream[1], F_GETFL), O_RDWR | O_NONBLOCK);
	CHECK_IS(fcntl(at->stream[0], F_GETFL), O_RDWR);
}

/* With the credentials of whom sent it: the program itself, in its own numbers. */
static void expect_packet(int fd, const char *text)
{
	char data[100], control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec vector = { data, sizeof(data) };
	struct msghdr head = { .msg_iov = &vector,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof(control) };
	struct ucred who;

	CHECK_IS(recvmsg(fd, &head, 0), strlen(text));
	CHECK(!memcmp(data, text, strlen(text)), "not the packet %s", text);
	CHECK_IS(CMSG_FIRSTHDR(&head)->cmsg_type, SCM_CREDENTIALS);
	memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&head)), sizeof(who));
	CHECK_IS(who.pid, getpid());
	CHECK_IS(who.uid, getuid());
}

static void expect_queues(const struct pairs *at)
{
	int bytes;

	CHECK_CALL(ioctl(at->stream[1], FIONREAD, &bytes));
	CHECK_IS(bytes, 10);
	expect(at->stream[1], "some bytes");
	expect(at->stream[0], "and back");
	CHECK_IS(read_error(at->stream[1]), EAGAIN);
	expect(at->datagrams[1], "one");
	expect(at->datagrams[1], "two is longer");
	expect_packet(at->packets[0], "first packet");
	expect_packet(at->packets[0], "second");
	put(at->stream[0], "again");
	expect(at->stream[1], "again");
}

static void expect_halves(const struct pairs *at)
{
	char byte;

	expect(at->half[1], "last words");
	CHECK_IS(read(at->half[1], &byte, 1), 0);
	CHECK_IS(send(at->half[0], "x", 1, MSG_NOSIGNAL), -1);
	CHECK_IS(errno, EPIPE);
	put(at->half[1], "the other way");
	expect(at->half[0], "the other way");
	expect(at->gone, "farewell");
	CHECK_IS(read(at->gone, &byte, 1), 0);
	CHECK_IS(send(at->gone, "x", 1, MSG_NOSIGNAL), -1);
	CHECK_IS(errno, EPIPE);
	CHECK_IS(read_error(at->reset), ECONNRESET);
	CHECK_IS(read(at->reset, &byte, 1), 0);
}

int main(void)
{
	struct pairs at;
	int gone[2], reset[2];

	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, at.stream));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_DGRAM, 0, at.datagrams));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, at.packets));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, at.half));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, gone));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, reset));
	set_options(&at);
	fill(&at);
	put(at.half[0], "last words");
	CHECK_CALL(shutdown(at.half[0], SHUT_WR));
	put(gone[0], "farewell");
	close(gone[0]);
	at.gone = gone[1];
	put(reset[1], "never read");
	close(reset[0]);
	at.reset = reset[1];
	check_ready();
	check_wait();
	CHECK_IS(fcntl(at.packets[0], F_GETFD), FD_CLOEXEC);
	expect_options(&at);
	expect_queues(&at);
	expect_halves(&at);
	return check_passed();
}
