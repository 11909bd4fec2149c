/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What threads told the kernel about their use of the CPU, each for itself. */
#include <asm/prctl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#include "check.h"

#define DEFENCES 3

static atomic_int stop;
static __thread sigjmp_buf before_instruction;

static void on_fault(int signal)
{
	siglongjmp(before_instruction, signal);
}

static int faults(void (*instruction)(void))
{
	int signal = sigsetjmp(before_instruction, 1);

	if (!signal)
		instruction();
	return signal;
}

static void read_tsc(void)
{
	__asm__ volatile("rdtsc" : : : "eax", "edx");
}

static void ask_cpuid(void)
{
	uint32_t leaf = 0;

	__asm__ volatile("cpuid" : "+a"(leaf) : : "ebx", "ecx", "edx");
}

struct wish {
	int tsc, cpuid, machine_check, defence;
};

static int defence_of(int which)
{
	return prctl(PR_GET_SPECULATION_CTRL, which, 0, 0, 0);
}

/* A CPU that is not vulnerable, or a hypervisor that says so, permits no wishes. */
static void set_wish(struct wish *wish)
{
	CHECK_CALL(prctl(PR_SET_TSC, wish->tsc, 0, 0, 0));
	if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, wish->cpuid))
		wish->cpuid = 1;
	CHECK_CALL(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, wish->machine_check, 0, 0));
	if (wish->defence)
		for (int i = 0; i < DEFENCES; i++)
			prctl(PR_SET_SPECULATION_CTRL, i, wish->defence, 0, 0);
}

static void check_wish(const struct wish *wish, const int defences[DEFENCES])
{
	int tsc;

	CHECK_CALL(prctl(PR_GET_TSC, &tsc, 0, 0, 0));
	CHECK_IS(tsc, wish->tsc);
	CHECK_IS(faults(read_tsc), wish->tsc == PR_TSC_SIGSEGV ? SIGSEGV : 0);
	CHECK_IS(faults(ask_cpuid), wish->cpuid ? 0 : SIGSEGV);
	CHECK_IS(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0), wish->machine_check);
	for (int i = 0; i < DEFENCES; i++)
		CHECK_IS(defence_of(i), defences[i]);
}

static void *live(void *argument)
{
	struct wish wish = *(const struct wish *)argument;
	int defences[DEFENCES];

	set_wish(&wish);
	for (int i = 0; i < DEFENCES; i++)
		defences[i] = defence_of(i);
	while (!stop) {
		check_wish(&wish, defences);
		/* No clock: the vDSO reads the time stamp counter. */
		syscall(SYS_sched_yield);
	}
	return NULL;
}

int main(void)
{
	static const struct wish wishes[] = {
		{ PR_TSC_ENABLE, 1, PR_MCE_KILL_DEFAULT, 0 },
		{ PR_TSC_SIGSEGV, 1, PR_MCE_KILL_EARLY, PR_SPEC_DISABLE },
		{ PR_TSC_ENABLE, 0, PR_MCE_KILL_LATE, PR_SPEC_FORCE_DISABLE },
		{ PR_TSC_SIGSEGV, 0, PR_MCE_KILL_DEFAULT, PR_SPEC_ENABLE },
	};
	struct sigaction action = { .sa_handler = on_fault };
	pthread_t threads[4];

	CHECK_CALL(sigaction(SIGSEGV, &action, NULL));
	for (int i = 0; i < 4; i++)
		threads[i] = check_thread(live, (void *)&wishes[i]);
	check_ready();
	check_wait();
	check_pause(20000);
	stop = 1;
	for (int i = 0; i < 4; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
