/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be carried yet: the ghost is refused, and the program does not notice. */
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "check.h"

/* refused KIND [forced]: opens it at SIGUSR1.  Forced, it is expected to be gone. */

static int other_end;
static pid_t child;

static int open_socket(void)
{
	int ends[2];

	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	other_end = ends[1];
	return ends[0];
}

static void use_socket(int fd)
{
	char byte;

	CHECK_IS(write(other_end, "s", 1), 1);
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

static int open_deleted(void)
{
	int file = (int)CHECK_CALL(open("deleted", O_CREAT | O_RDWR, 0600));

	CHECK_CALL(unlink("deleted"));
	CHECK_IS(write(file, "d", 1), 1);
	return file;
}

static void use_deleted(int fd)
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
	{ "epoll", open_epoll, use_epoll, expect_none },
	{ "deleted", open_deleted, use_deleted, NULL },
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
