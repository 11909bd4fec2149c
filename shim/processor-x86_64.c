/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a thread has told the kernel about its use of the CPU. */
#include "processor.h"

#include <errno.h>
#include <sys/prctl.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "slot.h"

/* Newer than the headers of the systems that this is built on (asm/prctl.h). */
#define GET_CPUID 0x1011
#define SET_CPUID 0x1012
#define GET_XCOMP_PERM 0x1022
#define REQ_XCOMP_PERM 0x1023
#define GET_UNTAG_MASK 0x4001
#define SHSTK_STATUS 0x5005

#define KEYS 16
#define PKRU 9	/* the component whose rights they are */
#define TILES 18	/* the component that has to be asked for, as its number */

static long set(int option, long one, long two)
{
	return sys_call6(SYS_prctl, option, one, two, 0, 0, 0);
}

/* What somebody has changed by prctl(2); how the system wants it is its own affair. */
static uint32_t defence(int which)
{
	long state = set(PR_GET_SPECULATION_CTRL, which, 0);
	long changed = PR_SPEC_DISABLE | PR_SPEC_FORCE_DISABLE | PR_SPEC_DISABLE_NOEXEC;

	/* Flushing the L1 cache is off until somebody enables it. */
	if (which == PR_SPEC_L1D_FLUSH)
		changed = PR_SPEC_ENABLE;
	if (state < 0 || !(state & PR_SPEC_PRCTL) || !(state & changed))
		return 0;
	return (uint32_t)(state & ~PR_SPEC_PRCTL);
}

void processor_capture(struct processor_state *state)
{
	int tsc = PR_TSC_ENABLE;
	long machine_check = set(PR_MCE_KILL_GET, 0, 0);

	set(PR_GET_TSC, sys_arg(&tsc), 0);
	state->no_tsc = tsc == PR_TSC_SIGSEGV;
	state->no_cpuid = sys_call2(SYS_arch_prctl, GET_CPUID, 0) == 0;
	state->machine_check =
		machine_check < 0 ? PR_MCE_KILL_DEFAULT : (uint32_t)machine_check;
	for (int i = 0; i < PROCESSOR_DEFENCES; i++)
		state->defences[i] = defence(i);
	state->shadow_stack = 0;
	sys_call2(SYS_arch_prctl, SHSTK_STATUS, &state->shadow_stack);
}

/* A CPU that needs a defence no more, or cannot hide CPUID, says so by an error
 * that changes nothing for the program. */
void processor_revive(const struct processor_state *state)
{
	if (state->machine_check != PR_MCE_KILL_DEFAULT)
		set(PR_MCE_KILL, PR_MCE_KILL_SET, state->machine_check);
	for (int i = 0; i < PROCESSOR_DEFENCES; i++)
		if (state->defences[i])
			sys_call6(SYS_prctl, PR_SET_SPECULATION_CTRL, i, state->defences[i], 0, 0,
				  0);
	if (state->no_tsc)
		set(PR_SET_TSC, PR_TSC_SIGSEGV, 0);
	if (state->no_cpuid)
		processor_forbid_cpuid();
}

static int has_shadow_stack(struct slot *slot, void *argument)
{
	(void)argument;
	return slot->processor.shadow_stack != 0;
}

int processor_refuse(struct refusals *refusals)
{
	uint64_t mask = ~0ULL;

	/* rt_sigreturn(2) wants a token on it that only the kernel writes. */
	if (slot_each(has_shadow_stack, NULL) &&
	    refuse_process(refusals, "a thread with a shadow stack (CET)",
			   "start the program with GLIBC_TUNABLES=glibc.cpu.x86_shstk=off"))
		return -ECANCELED;
	/* Can be switched on only before a process has its second thread. */
	sys_call2(SYS_arch_prctl, GET_UNTAG_MASK, &mask);
	if (mask == ~0ULL)
		return 0;
	return refuse_process(refusals, "a process that uses tagged addresses (LAM)",
			      "let it do without ARCH_ENABLE_TAGGED_ADDR");
}

/* Those that can be had are not the program's.  Where the CPU has none it gives none. */
static uint32_t free_keys(void)
{
	uint32_t found = 0;
	long key;

	while ((key = sys_call2(SYS_pkey_alloc, 0, 0)) > 0 && key < KEYS)
		found |= 1U << key;
	for (key = 1; key < KEYS; key++)
		if (found >> key & 1)
			sys_call1(SYS_pkey_free, key);
	return found;
}

int processor_refuse_keys(struct refusals *refusals, uint32_t execute_only)
{
	uint32_t others = 1U | 1U << execute_only % KEYS;

	if (!(anchor.frames.machine.xcr0 >> PKRU & 1) ||
	    (free_keys() | others) == (1U << KEYS) - 1)
		return 0;
	return refuse_process(refusals, "a protection key (pkey_alloc)",
			      "let the program free its keys first");
}

uint64_t processor_permitted(void)
{
	uint64_t permitted = 0;

	sys_call2(SYS_arch_prctl, GET_XCOMP_PERM, &permitted);
	return permitted;
}

void processor_permit(uint64_t permitted)
{
	if (permitted >> TILES & 1)
		sys_call2(SYS_arch_prctl, REQ_XCOMP_PERM, TILES);
}

int processor_allow_cpuid(void)
{
	if (sys_call2(SYS_arch_prctl, GET_CPUID, 0) != 0)
		return 0;
	sys_call2(SYS_arch_prctl, SET_CPUID, 1);
	return 1;
}

void processor_forbid_cpuid(void)
{
	sys_call2(SYS_arch_prctl, SET_CPUID, 0);
}
