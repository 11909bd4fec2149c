/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the wrapper of syscall(2) needs from C. */
#include <stddef.h>
#include <sys/syscall.h>

#include "began.h"

_Static_assert(offsetof(struct self, call) == 24, "syscall-x86_64.S writes there");

/* The calls of shim/timeout.c whose beginning must be known: the kernel does not
 * write what is left of their time, or not where that is constant memory.  A set of 512 bits; any other number has none. */
#define BIT(word, nr) ((nr) / 64 == (word) ? 1ULL << (nr) % 64 : 0)
#define WORD(word) \
	(BIT(word, SYS_poll) | BIT(word, SYS_nanosleep) | BIT(word, SYS_clock_nanosleep) | \
	 BIT(word, SYS_epoll_wait) | BIT(word, SYS_epoll_pwait) | BIT(word, SYS_epoll_pwait2) | \
	 BIT(word, SYS_futex) | BIT(word, SYS_semtimedop) | BIT(word, SYS_rt_sigtimedwait) | \
	 BIT(word, SYS_io_getevents) | BIT(word, SYS_io_pgetevents) | \
	 BIT(word, SYS_io_uring_enter) | BIT(word, SYS_select) | BIT(word, SYS_pselect6) | \
	 BIT(word, SYS_ppoll))

extern const uint64_t syscall_timed[8];
const uint64_t syscall_timed[8] = {
	WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6), WORD(7),
};

extern long (*syscall_real)(long, ...);
long (*syscall_real)(long, ...);

void syscall_resolve(void);
void syscall_begins(uint64_t stack);

__attribute__((constructor)) void syscall_resolve(void)
{
	syscall_real = real_get()->syscall;
}

/* Nobody says when it is over: the note counts only for a call from the very same
 * place of the stack, and the next call from there makes its own. */
void syscall_begins(uint64_t stack)
{
	began_note(CLOCK_MONOTONIC, stack);
}
