/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libc's own functions behind our wrappers. */
#ifndef WRAPPERS_REAL_H
#define WRAPPERS_REAL_H

/* One member for each line of wrappers.def, with libc's own type: the compiler
 * checks every call through it. */

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <threads.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

/* libc has it, and its headers call it, but only show it where it is used. */
ssize_t __read_chk(int fd, void *data, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags,
		       struct sockaddr *from, socklen_t *length);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		const sigset_t *mask, size_t size);
__sighandler_t bsd_signal(int signal, __sighandler_t handler);
__sighandler_t sysv_signal(int signal, __sighandler_t handler);
__sighandler_t __sysv_signal(int signal, __sighandler_t handler);
int __xpg_sigpause(int signal);
int __sigpause(int signal_or_mask, int is_signal);

/* Old programs call what new ones should not. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define WRAP(name, class) typeof(&name) name;
struct real {
#include "wrappers.def"
};
#undef WRAP
#pragma GCC diagnostic pop

/* Filled by real_resolve(); read-only afterwards. */
extern struct real real;

/* Zone: free.  Looks up all of them; idempotent.  A constructor; a wrapper that
 * is reached earlier, by another library's constructor, calls it by real_get(). */
void real_resolve(void);

static inline const struct real *real_get(void)
{
	if (__builtin_expect(!real.sigaction, 0))
		real_resolve();
	return &real;
}

#endif
