/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Raw system calls that return -errno; they need no libc, no errno and no TLS. */
#ifndef GHOST_SYS_H
#define GHOST_SYS_H

/* Zone: any, the bare one included.  Every function returns what the kernel
 * returned: a value >= 0, or -errno.  None of them is a cancellation point. */

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* Always: the bare zone must not call out of its own section. */
#define SYS_INLINE static inline __attribute__((always_inline))

SYS_INLINE long sys_raw6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* What belongs to a checkpoint is compiled with SYS_INJECTED, so that tests can make
 * any call of it fail (ghost/inject.h). */
#ifdef SYS_INJECTED
#include "inject.h"
#define sys_injected(nr, a, b) \
	(__builtin_expect(inject_armed, 0) ? inject_failure(nr, a, b) : 0)
#else
#define sys_injected(nr, a, b) 0
#endif

SYS_INLINE long sys_call6(long nr, long a, long b, long c, long d, long e, long f)
{
	long failure = sys_injected(nr, a, b);

	return failure ? failure : sys_raw6(nr, a, b, c, d, e, f);
}

#define sys_arg(x) ((long)(x))
#define sys_call0(nr) sys_call6(nr, 0, 0, 0, 0, 0, 0)
#define sys_call1(nr, a) sys_call6(nr, sys_arg(a), 0, 0, 0, 0, 0)
#define sys_call2(nr, a, b) sys_call6(nr, sys_arg(a), sys_arg(b), 0, 0, 0, 0)
#define sys_call3(nr, a, b, c) sys_call6(nr, sys_arg(a), sys_arg(b), sys_arg(c), 0, 0, 0)
#define sys_call4(nr, a, b, c, d) \
	sys_call6(nr, sys_arg(a), sys_arg(b), sys_arg(c), sys_arg(d), 0, 0)

/* x86-64 has 64 signals; the kernel's set is one word and libc's is larger. */
typedef uint64_t sys_sigset_t;
#define SYS_SIGBIT(sig) (1ULL << ((sig) - 1))
#define SYS_SIGALL (~0ULL)

/* The kernel's own struct sigaction (arch/x86/include/uapi/asm/signal.h);
 * libc's has another order and a larger mask. */
struct sys_sigaction {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	sys_sigset_t mask;
};
#define SYS_SA_RESTORER 0x04000000

SYS_INLINE int sys_open(const char *path, int flags, int mode)
{
	return (int)sys_call4(SYS_openat, AT_FDCWD, path, flags, mode);
}

SYS_INLINE int sys_openat(int dir, const char *path, int flags, int mode)
{
	return (int)sys_call4(SYS_openat, dir, path, flags, mode);
}

SYS_INLINE int sys_close(int fd)
{
	return (int)sys_call1(SYS_close, fd);
}

SYS_INLINE long sys_read(int fd, void *data, size_t size)
{
	return sys_call3(SYS_read, fd, data, size);
}

SYS_INLINE long sys_write(int fd, const void *data, size_t size)
{
	return sys_call3(SYS_write, fd, data, size);
}

SYS_INLINE long sys_pread(int fd, void *data, size_t size, uint64_t offset)
{
	return sys_call4(SYS_pread64, fd, data, size, offset);
}

SYS_INLINE long sys_pwrite(int fd, const void *data, size_t size, uint64_t offset)
{
	return sys_call4(SYS_pwrite64, fd, data, size, offset);
}

SYS_INLINE long sys_lseek(int fd, int64_t offset, int whence)
{
	return sys_call3(SYS_lseek, fd, offset, whence);
}

SYS_INLINE long sys_readlinkat(int dir, const char *path, char *target, size_t size)
{
	return sys_call4(SYS_readlinkat, dir, path, target, size);
}

SYS_INLINE long sys_getdents64(int fd, void *entries, size_t size)
{
	return sys_call3(SYS_getdents64, fd, entries, size);
}

SYS_INLINE int sys_fcntl(int fd, int command, uint64_t argument)
{
	return (int)sys_call3(SYS_fcntl, fd, command, argument);
}

SYS_INLINE int sys_ioctl(int fd, unsigned long request, void *argument)
{
	return (int)sys_call3(SYS_ioctl, fd, request, argument);
}

/* Returns the address, or -errno as a small negative number: see sys_failed(). */
SYS_INLINE void *sys_mmap(void *address, size_t size, int prot, int flags, int fd,
			     uint64_t offset)
{
	return (void *)sys_call6(SYS_mmap, sys_arg(address), sys_arg(size), prot, flags, fd,
				 sys_arg(offset));
}

/* True for a pointer that is really -errno (the last page is never mapped). */
SYS_INLINE int sys_failed(const void *address)
{
	return (uintptr_t)address >= (uintptr_t)-4095;
}

SYS_INLINE int sys_munmap(void *address, size_t size)
{
	return (int)sys_call2(SYS_munmap, address, size);
}

SYS_INLINE int sys_gettid(void)
{
	return (int)sys_call0(SYS_gettid);
}

SYS_INLINE int sys_getpid(void)
{
	return (int)sys_call0(SYS_getpid);
}

SYS_INLINE int sys_getppid(void)
{
	return (int)sys_call0(SYS_getppid);
}

SYS_INLINE int sys_sigaction(int sig, const struct sys_sigaction *new_action,
				struct sys_sigaction *old)
{
	return (int)sys_call4(SYS_rt_sigaction, sig, new_action, old, sizeof(sys_sigset_t));
}

SYS_INLINE int sys_sigprocmask(int how, const sys_sigset_t *set, sys_sigset_t *old)
{
	return (int)sys_call4(SYS_rt_sigprocmask, how, set, old, sizeof(sys_sigset_t));
}

/* timeout: a relative struct timespec or NULL.  The word may lie in memory
 * shared between processes, hence never FUTEX_PRIVATE. */
SYS_INLINE int sys_futex_wait(uint32_t *word, uint32_t value, const void *timeout)
{
	return (int)sys_call4(SYS_futex, word, 0 /* FUTEX_WAIT */, value, timeout);
}

SYS_INLINE int sys_futex_wake(uint32_t *word, int count)
{
	return (int)sys_call3(SYS_futex, word, 1 /* FUTEX_WAKE */, count);
}

SYS_INLINE void __attribute__((noreturn)) sys_exit(int status)
{
	for (;;)
		sys_call1(SYS_exit_group, status);
}

#endif
