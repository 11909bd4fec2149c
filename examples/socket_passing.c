/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors on their way through a unix socket, one of them the end of another such socket. */
#include <sys/socket.h>

#include "check.h"

#define MOST 3

static void pass(int socket, const char *text, const int *fds, int count)
{
	char control[CMSG_SPACE(MOST * sizeof(int))] = { 0 };
	struct iovec vector = { (void *)text, strlen(text) };
	struct msghdr head = { .msg_iov = &vector,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = CMSG_SPACE((size_t)count * sizeof(int)) };
	struct cmsghdr *first = CMSG_FIRSTHDR(&head);

	first->cmsg_level = SOL_SOCKET;
	first->cmsg_type = SCM_RIGHTS;
	first->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
	memcpy(CMSG_DATA(first), fds, (size_t)count * sizeof(int));
	CHECK_IS(sendmsg(socket, &head, 0), strlen(text));
}

static int take(int socket, const char *text, size_t room, int *fds)
{
	char data[100], control[CMSG_SPACE(MOST * sizeof(int))];
	struct iovec vector = { data, room };
	struct msghdr head = { .msg_iov = &vector,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof(control) };
	struct cmsghdr *first;
	int count;

	CHECK_IS(recvmsg(socket, &head, 0), strlen(text));
	CHECK(!memcmp(data, text, strlen(text)), "%.*s is not %s", (int)strlen(text), data, text);
	first = CMSG_FIRSTHDR(&head);
	if (!first)
		return 0;
	count = (int)((first->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(fds, CMSG_DATA(first), (size_t)count * sizeof(int));
	return count;
}

/* Two numbers for one description share its position. */
static void expect_same_file(int one, int other)
{
	CHECK_IS(lseek(one, 0, SEEK_CUR), 5);
	lseek(one, 9, SEEK_SET);
	CHECK_IS(lseek(other, 0, SEEK_CUR), 9);
}

int main(void)
{
	int stream[2], packets[2], inner[2], pipes[2], fds[MOST], file;
	char byte;

	file = (int)CHECK_CALL(open("file", O_RDWR | O_CREAT | O_TRUNC, 0600));
	CHECK_IS(write(file, "12345", 5), 5);
	CHECK_CALL(pipe(pipes));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packets));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, inner));
	CHECK_IS(write(stream[0], "before", 6), 6);
	pass(stream[0], "with", (int[]){ file, pipes[1] }, 2);
	CHECK_IS(write(stream[0], "behind", 6), 6);
	pass(stream[0], "more", (int[]){ file }, 1);
	/* A socket that is only here, and in it a pipe that is only there. */
	pass(inner[0], "deep", (int[]){ pipes[1] }, 1);
	pass(packets[0], "socket", (int[]){ inner[1], file, inner[1] }, 3);
	close(pipes[1]);
	close(inner[1]);
	check_ready();
	check_wait();
	CHECK_IS(take(stream[1], "before", 6, fds), 0);
	CHECK_IS(take(stream[1], "with", 4, fds), 2);
	expect_same_file(fds[0], file);
	CHECK_IS(write(fds[1], "x", 1), 1);
	CHECK_IS(read(pipes[0], &byte, 1), 1);
	close(fds[1]);
	CHECK_IS(take(stream[1], "behind", 6, fds), 0);
	CHECK_IS(take(stream[1], "more", 20, fds), 1);
	lseek(file, 5, SEEK_SET);
	expect_same_file(fds[0], file);
	CHECK_IS(take(packets[1], "socket", 20, fds), 3);
	CHECK_IS(write(inner[0], "y", 1), 1);
	CHECK_IS(take(fds[2], "deep", 4, fds + 1), 1);
	CHECK_IS(read(fds[0], &byte, 1), 1);
	CHECK_IS(write(fds[1], "z", 1), 1);
	close(fds[1]);
	CHECK_IS(read(pipes[0], &byte, 1), 1);
	CHECK_IS(byte, 'z');
	/* Nobody holds the writing end any more, not even krg-resume. */
	CHECK_IS(read(pipes[0], &byte, 1), 0);
	return check_passed();
}
