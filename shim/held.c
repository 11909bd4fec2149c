/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program's own checkpoint signal while the program has it blocked. */
#include "held.h"

#include <string.h>

#include "../ghost/sys.h"
#include "anchor.h"

int held_any(void)
{
	return __atomic_load_n(&anchor.held, __ATOMIC_ACQUIRE) == 1;
}

int held_take(siginfo_t *info)
{
	uint32_t held = 1;
	siginfo_t copy = anchor.held_info;

	if (!__atomic_compare_exchange_n(&anchor.held, &held, 0, 0, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return 0;
	*info = copy;
	return 1;
}

void held_let_go(void)
{
	siginfo_t info;

	if (held_take(&info))
		sys_call4(SYS_rt_tgsigqueueinfo, anchor.pid, sys_gettid(), info.si_signo, &info);
}

/* Only the first of a number waits (signal(7)). */
void held_here(const siginfo_t *info)
{
	if (held_any())
		return;
	anchor.held_info = *info;
	__atomic_store_n(&anchor.held, 1, __ATOMIC_RELEASE);
}

/* The program has blocked it, as far as it knows, and others may wait for it: now
 * it is blocked, and waits where they find it.  When the program lets it through,
 * the kernel does. */
void held_in_kernel(siginfo_t *info, ucontext_t *frame)
{
	int pid = anchor.pid, number = info->si_signo;
	sys_sigset_t mask;

	memcpy(&mask, &frame->uc_sigmask, sizeof(mask));
	mask |= SYS_SIGBIT(number);
	memcpy(&frame->uc_sigmask, &mask, sizeof(mask));
	if (info->si_code == SI_TKILL)
		sys_call4(SYS_rt_tgsigqueueinfo, pid, sys_gettid(), number, info);
	else
		sys_call3(SYS_rt_sigqueueinfo, pid, number, info);
}
