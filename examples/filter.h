/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters for the examples: made of few lines, installed in each of the ways. */
#ifndef EXAMPLES_FILTER_H
#define EXAMPLES_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "check.h"

#define LOAD_CALL BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define IF_CALL(name, answer) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, (answer))
#define ELSE(answer) BPF_STMT(BPF_RET | BPF_K, (answer))

/* As programs do it that know only prctl(2) … */
static inline void filter_by_prctl(struct sock_filter *code, size_t length)
{
	struct sock_fprog program = { (unsigned short)length, code };

	CHECK_CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_CALL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

/* … and as libseccomp does. */
static inline long filter_by_call(struct sock_filter *code, size_t length, unsigned int flags)
{
	struct sock_fprog program = { (unsigned short)length, code };

	CHECK_CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* Makes one call fail, with an error of its own. */
static inline void filter_forbid(int call, int error, int by_prctl)
{
	struct sock_filter code[] = {
		LOAD_CALL,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		ELSE(SECCOMP_RET_ALLOW),
	};

	if (by_prctl)
		filter_by_prctl(code, 4);
	else
		CHECK_CALL(filter_by_call(code, 4, 0));
}

/* The number of the calling thread's filters, by the kernel's count. */
static inline int filter_count(void)
{
	static __thread char status[4096];
	int file = (int)CHECK_CALL(open("/proc/thread-self/status", O_RDONLY));
	const char *line;

	CHECK(read(file, status, sizeof(status) - 1) > 0, "no status");
	close(file);
	line = strstr(status, "Seccomp_filters:");
	if (!line)
		check_skip("this kernel does not count filters");
	return atoi(line + 16);
}

/* The error with which a call ends that would work without filters; 0 if it does. */
static inline int filter_error(int call)
{
	return syscall(call, 0, 0, 0) == -1 ? errno : 0;
}

#endif
