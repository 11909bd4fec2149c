/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A checkpoint without a helper task works on the program's own descriptors and leaves them as they were. */
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "check.h"

static int open_locked(const char *name, int *other)
{
	int file = (int)CHECK_CALL(open(name, O_RDWR | O_CREAT | O_TRUNC, 0600));

	*other = (int)CHECK_CALL(open(name, O_RDONLY));
	CHECK_IS(write(file, "text", 4), 4);
	CHECK_CALL(flock(file, LOCK_EX));
	return file;
}

static void expect_locked(int file, int other)
{
	char text[5] = { 0 };

	CHECK_IS(flock(other, LOCK_SH | LOCK_NB), -1);
	CHECK_IS(lseek(file, 0, SEEK_CUR), 4);
	CHECK_IS(read(other, text, 5), 4);
	CHECK(!strcmp(text, "text"), "the file says %s", text);
}

static void pass(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec vector = { "x", 1 };
	struct msghdr head = { .msg_iov = &vector,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof(control) };
	struct cmsghdr *first = CMSG_FIRSTHDR(&head);

	first->cmsg_level = SOL_SOCKET;
	first->cmsg_type = SCM_RIGHTS;
	first->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(first), &fd, sizeof(int));
	CHECK_IS(sendmsg(socket, &head, 0), 1);
}

/* Root is not limited, nor is who has as many rights: then there is a task, and all
 * else is the same. */
static void forbid_tasks(void)
{
	struct rlimit limit;

	CHECK_CALL(getrlimit(RLIMIT_NPROC, &limit));
	limit.rlim_cur = 1;
	CHECK_CALL(setrlimit(RLIMIT_NPROC, &limit));
}

static int lowest_free(void)
{
	int fd = (int)CHECK_CALL(dup(0));

	close(fd);
	return fd;
}

int main(void)
{
	int named, named_other, deleted, deleted_other, ends[2], before;

	named = open_locked("named", &named_other);
	deleted = open_locked("deleted", &deleted_other);
	CHECK_CALL(unlink("deleted"));
	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	pass(ends[0], named);
	forbid_tasks();
	before = lowest_free();
	check_ready();
	while (!check_told()) {
		CHECK_IS(lowest_free(), before);
		check_pause(1000);
	}
	expect_locked(named, named_other);
	expect_locked(deleted, deleted_other);
	CHECK_IS(lowest_free(), before);
	return check_passed();
}
