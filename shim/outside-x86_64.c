/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that is met inside the kernel's vDSO is led out of it before it stops. */
#include "outside.h"

#include <elf.h>
#include <string.h>

#include "anchor.h"
#include "gate.h"
#include "slot.h"

#define STEPS 20000	/* more than any function that tells the time takes, waiting included */
#define TRAP_FLAG 0x100
#define PAGE 4096ULL

void outside_learn(const void *address)
{
	const Elf64_Ehdr *header = address;
	const Elf64_Phdr *segment;

	if (!header)
		return;
	segment = (const Elf64_Phdr *)((const char *)address + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++) {
		if (segment[i].p_type != PT_LOAD)
			continue;
		anchor.outside.start = (uint64_t)(uintptr_t)address;
		anchor.outside.end = anchor.outside.start +
				     ((segment[i].p_memsz + PAGE - 1) & ~(PAGE - 1));
	}
}

static int is_inside(const ucontext_t *frame)
{
	uint64_t pc = (uint64_t)frame->uc_mcontext.gregs[REG_RIP];

	return pc >= anchor.outside.start && pc < anchor.outside.end;
}

/* Whoever holds it has all signals blocked, and does not sleep. */
static void lock(void)
{
	while (__atomic_exchange_n(&anchor.outside.lock, 1, __ATOMIC_ACQUIRE))
		sys_call0(SYS_sched_yield);
}

static void unlock(void)
{
	__atomic_store_n(&anchor.outside.lock, 0, __ATOMIC_RELEASE);
}

/* What faults must be the program's to handle even now. */
static sys_sigset_t held_back(void)
{
	return ~(SYS_SIGBIT(SIGTRAP) | SYS_SIGBIT(SIGSEGV) | SYS_SIGBIT(SIGBUS) |
		 SYS_SIGBIT(SIGFPE) | SYS_SIGBIT(SIGILL));
}

static void finish(ucontext_t *frame)
{
	struct outside_state *state = &anchor.outside;

	frame->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	memcpy(&frame->uc_sigmask, &self.walk.mask, sizeof(self.walk.mask));
	self.walk.steps = 0;
	lock();
	if (!--state->walkers)
		sys_sigaction(SIGTRAP, &state->action, NULL);
	unlock();
	gate_catch_up();
}

/* Somebody else's SIGTRAP, by a breakpoint or kill(2): as if the kernel had called
 * the program's handler.  Where it has none, the signal is made to come again when
 * the disposition is the program's. */
static void pass_on(int signal, siginfo_t *info, ucontext_t *frame)
{
	struct sys_sigaction action;

	lock();
	action = anchor.outside.action;
	unlock();
	if (action.handler > (uint64_t)(uintptr_t)SIG_IGN) {
		((void (*)(int, siginfo_t *, void *))(uintptr_t)action.handler)(signal, info,
										frame);
	} else if (action.handler == (uint64_t)(uintptr_t)SIG_DFL) {
		sys_sigaction(SIGTRAP, &action, NULL);
		sys_call3(SYS_tgkill, sys_getpid(), sys_gettid(), SIGTRAP);
	}
}

static void on_trap(int signal, siginfo_t *info, void *context)
{
	ucontext_t *frame = context;

	if (!self.walk.steps || info->si_code != TRAP_TRACE) {
		pass_on(signal, info, frame);
	} else if (!is_inside(frame)) {
		finish(frame);
	} else if (!--self.walk.steps) {
		self.walk.tired = 1;
		finish(frame);
	}
}

static void take_over(void)
{
	static const struct sys_sigaction ours = {
		.handler = (uint64_t)(uintptr_t)on_trap,
		.flags = SA_SIGINFO | SA_ONSTACK | SYS_SA_RESTORER,
		.restorer = (uint64_t)(uintptr_t)signal_restorer,
		.mask = SYS_SIGALL,
	};

	lock();
	if (!anchor.outside.walkers++)
		sys_sigaction(SIGTRAP, &ours, &anchor.outside.action);
	unlock();
}

int outside_lead(ucontext_t *frame)
{
	sys_sigset_t mask = held_back();

	if (!is_inside(frame))
		return 0;
	if (self.walk.tired) {
		self.walk.tired = 0;
		return 0;
	}
	take_over();
	self.walk.steps = STEPS;
	memcpy(&self.walk.mask, &frame->uc_sigmask, sizeof(self.walk.mask));
	memcpy(&frame->uc_sigmask, &mask, sizeof(mask));
	frame->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
	return 1;
}

void outside_hold(void)
{
	lock();
	while (anchor.outside.walkers) {
		unlock();
		sys_call0(SYS_sched_yield);
		lock();
	}
}

void outside_release(void)
{
	unlock();
}

void outside_forked(void)
{
	anchor.outside.lock = 0;
	if (anchor.outside.walkers)
		sys_sigaction(SIGTRAP, &anchor.outside.action, NULL);
	anchor.outside.walkers = 0;
}
