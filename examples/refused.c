/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be carried yet: the ghost is refused, and the program does not notice. */
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "check.h"

/* refused KIND [forced]: opens it at SIGUSR1.  Forced, it is expected to be gone. */

static int other_end;
static pid_t child;

static int open_socket(void)
{
	struct sockaddr_in here = { AF_INET, 0, { htonl(INADDR_LOOPBACK) }, { 0 } };
	int fd = (int)CHECK_CALL(socket(AF_INET, SOCK_DGRAM, 0));

	CHECK_CALL(bind(fd, (struct sockaddr *)&here, sizeof(here)));
	return fd;
}

static void use_socket(int fd)
{
	struct sockaddr_in here;
	socklen_t size = sizeof(here);
	char byte;

	CHECK_CALL(getsockname(fd, (struct sockaddr *)&here, &size));
	CHECK_IS(sendto(fd, "s", 1, 0, (struct sockaddr *)&here, size), 1);
	CHECK_IS(read(fd, &byte, 1), 1);
	CHECK_IS(byte, 's');
}

/* Its descriptors are its own: what is closed elsewhere stays open here. */
static void *keep(void *argument)
{
	CHECK_CALL(unshare(CLONE_FILES));
	*(atomic_int *)argument = 1;
	for (;;)
		pause();
	return argument;
}

/* A client has been there and left a byte: that waits to be accepted. */
static int open_listener(void)
{
	int fd = (int)CHECK_CALL(socket(AF_UNIX, SOCK_STREAM, 0));
	struct sockaddr_un name = { AF_UNIX, { 0 } };
	socklen_t size = sizeof(sa_family_t);

	CHECK_CALL(bind(fd, (struct sockaddr *)&name, size)); /* the kernel finds a name */
	CHECK_CALL(listen(fd, 3));
	size = sizeof(name);
	CHECK_CALL(getsockname(fd, (struct sockaddr *)&name, &size));
	other_end = (int)CHECK_CALL(socket(AF_UNIX, SOCK_STREAM, 0));
	CHECK_CALL(connect(other_end, (struct sockaddr *)&name, size));
	CHECK_IS(write(other_end, "l", 1), 1);
	close(other_end);
	return fd;
}

static void use_listener(int fd)
{
	int accepted = (int)CHECK_CALL(accept(fd, NULL, NULL));
	char byte;

	CHECK_IS(read(accepted, &byte, 1), 1);
	CHECK_IS(byte, 'l');
}

static int open_epoll(void)
{
	int epoll = (int)CHECK_CALL(epoll_create1(EPOLL_CLOEXEC));
	int target = (int)CHECK_CALL(eventfd(1, 0));
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 77 };
	static atomic_int kept;

	CHECK_CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, target, &event));
	check_thread(keep, &kept);
	while (!kept)
		check_pause(100);
	CHECK_CALL(close(target));
	return epoll;
}

static void use_epoll(int fd)
{
	struct epoll_event event;

	CHECK_IS(epoll_wait(fd, &event, 1, 0), 1);
	CHECK_IS(event.data.u64, 77);
}

/* Only the registration is, that is. */
static void expect_none(int fd)
{
	struct epoll_event event;

	CHECK_IS(epoll_wait(fd, &event, 1, 0), 0);
}

/* It has another name, by which it could be opened again, but nobody tells that. */
static int open_renamed(void)
{
	int file = (int)CHECK_CALL(open("deleted", O_CREAT | O_RDWR, 0600));

	CHECK_CALL(link("deleted", "other"));
	CHECK_CALL(unlink("deleted"));
	CHECK_IS(write(file, "d", 1), 1);
	return file;
}

static void use_renamed(int fd)
{
	char byte;

	CHECK_IS(pread(fd, &byte, 1, 0), 1);
	CHECK_IS(byte, 'd');
}

static int open_inotify(void)
{
	return inotify_init1(IN_CLOEXEC);
}

static int open_fifo(void)
{
	CHECK_CALL(mkfifo("fifo", 0600));
	return open("fifo", O_RDWR);
}

/* Not a descriptor: the answer is none. */
static int make_child(void)
{
	child = (pid_t)CHECK_CALL(fork());
	if (!child)
		CHECK_CALL(prctl(PR_SET_PDEATHSIG, SIGKILL));
	while (!child)
		pause();
	return -1;
}

static void use_child(int fd)
{
	(void)fd;
	CHECK_IS(waitpid(child, NULL, WNOHANG), 0);
	CHECK_CALL(kill(child, SIGKILL));
	CHECK_IS(waitpid(child, NULL, 0), child);
}

static const struct kind {
	const char *name;
	int (*open)(void);
	void (*use)(int fd);
	void (*gone)(int fd); /* or NULL: the descriptor is */
} kinds[] = {
	{ "socket", open_socket, use_socket, NULL },
	{ "listener", open_listener, use_listener, NULL },
	{ "epoll", open_epoll, use_epoll, expect_none },
	{ "renamed", open_renamed, use_renamed, NULL },
	{ "inotify", open_inotify, NULL, NULL },
	{ "fifo", open_fifo, NULL, NULL },
	{ "child", make_child, use_child, NULL },
};

static const struct kind *find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return &kinds[0];
}

static volatile sig_atomic_t asked;

static void on_signal(int signal)
{
	asked = signal;
}

static void expect_gone(int fd)
{
	if (child) {
		CHECK_IS(waitpid(-1, NULL, 0), -1);
		CHECK_IS(errno, ECHILD);
		return;
	}
	CHECK_IS(fcntl(fd, F_GETFD), -1);
	CHECK_IS(errno, EBADF);
}

int main(int count, char **arguments)
{
	const struct kind *kind = find(count > 1 ? arguments[1] : "socket");
	int fd = -1;

	signal(SIGUSR1, on_signal);
	check_ready();
	while (!check_told()) {
		if (asked) {
			asked = 0;
			fd = kind->open();
			CHECK_CALL(write(1, "open\n", 5));
		}
		check_pause(1000);
	}
	if (count > 2)
		(kind->gone ? kind->gone : expect_gone)(fd);
	else if (kind->use && (fd >= 0 || child))
		kind->use(fd);
	return check_passed();
}
