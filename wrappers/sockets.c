/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that SO_RCVTIMEO and SO_SNDTIMEO limit. */
#include <sys/socket.h>
#include <sys/uio.h>

#include "../shim/anchor.h"
#include "began.h"

/* Zone: wrapper.  Hardly any program sets these options; in one that has not, each of
 * these is one comparison more. */

#define EXPORT __attribute__((visibility("default")))

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO))
		anchor.socket_timeouts = 1;
	return real_get()->setsockopt(fd, level, name, value, size);
}

static inline struct began begin(void)
{
	return __builtin_expect(anchor.socket_timeouts, 0) ? began_here(CLOCK_MONOTONIC)
							   : self.began;
}

static inline void end(struct began outer)
{
	if (__builtin_expect(anchor.socket_timeouts, 0))
		began_end(outer);
}

/* A signal of the program's own that it reads from a signalfd was blocked for real
 * until now (shim/held.h); in the main thread no other is. */
static inline void release(void)
{
	const sys_sigset_t ours = SYS_SIGBIT(anchor.settings.signal);

	if (__builtin_expect(anchor.signalfd, 0) && self.main_thread)
		sys_sigprocmask(SIG_UNBLOCK, &ours, NULL);
}

EXPORT ssize_t read(int fd, void *data, size_t size)
{
	struct began outer = begin();
	ssize_t result = real_get()->read(fd, data, size);

	end(outer);
	release();
	return result;
}

/* What read() and its like become in a program compiled with _FORTIFY_SOURCE. */
EXPORT ssize_t __read_chk(int fd, void *data, size_t size, size_t room)
{
	struct began outer = begin();
	ssize_t result = real_get()->__read_chk(fd, data, size, room);

	end(outer);
	release();
	return result;
}

EXPORT ssize_t readv(int fd, const struct iovec *vector, int count)
{
	struct began outer = begin();
	ssize_t result = real_get()->readv(fd, vector, count);

	end(outer);
	return result;
}

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
	struct began outer = begin();
	ssize_t result = real_get()->write(fd, data, size);

	end(outer);
	return result;
}

EXPORT ssize_t writev(int fd, const struct iovec *vector, int count)
{
	struct began outer = begin();
	ssize_t result = real_get()->writev(fd, vector, count);

	end(outer);
	return result;
}

EXPORT ssize_t recv(int fd, void *data, size_t size, int flags)
{
	struct began outer = begin();
	ssize_t result = real_get()->recv(fd, data, size, flags);

	end(outer);
	return result;
}

EXPORT ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags)
{
	struct began outer = begin();
	ssize_t result = real_get()->__recv_chk(fd, data, size, room, flags);

	end(outer);
	return result;
}

EXPORT ssize_t recvfrom(int fd, void *data, size_t size, int flags, struct sockaddr *from,
			socklen_t *length)
{
	struct began outer = begin();
	ssize_t result = real_get()->recvfrom(fd, data, size, flags, from, length);

	end(outer);
	return result;
}

EXPORT ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags,
			      struct sockaddr *from, socklen_t *length)
{
	struct began outer = begin();
	ssize_t result = real_get()->__recvfrom_chk(fd, data, size, room, flags, from, length);

	end(outer);
	return result;
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	struct began outer = begin();
	ssize_t result = real_get()->recvmsg(fd, message, flags);

	end(outer);
	return result;
}

EXPORT ssize_t send(int fd, const void *data, size_t size, int flags)
{
	struct began outer = begin();
	ssize_t result = real_get()->send(fd, data, size, flags);

	end(outer);
	return result;
}

EXPORT ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
		      socklen_t length)
{
	struct began outer = begin();
	ssize_t result = real_get()->sendto(fd, data, size, flags, to, length);

	end(outer);
	return result;
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct began outer = begin();
	ssize_t result = real_get()->sendmsg(fd, message, flags);

	end(outer);
	return result;
}

EXPORT int accept(int fd, struct sockaddr *from, socklen_t *length)
{
	struct began outer = begin();
	int result = real_get()->accept(fd, from, length);

	end(outer);
	return result;
}

EXPORT int accept4(int fd, struct sockaddr *from, socklen_t *length, int flags)
{
	struct began outer = begin();
	int result = real_get()->accept4(fd, from, length, flags);

	end(outer);
	return result;
}

EXPORT int connect(int fd, const struct sockaddr *to, socklen_t length)
{
	struct began outer = begin();
	int result = real_get()->connect(fd, to, length);

	end(outer);
	return result;
}
