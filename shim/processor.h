/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a thread has told the kernel about its use of the CPU. */
#ifndef SHIM_PROCESSOR_H
#define SHIM_PROCESSOR_H

/* Zone: signal.  Instructions that it may not use, defences that it asked for:
 * settings of the thread, inherited by new ones, that are in no register. */

#include <stdint.h>

#include "refuse.h"

#define PROCESSOR_DEFENCES 3	/* PR_SPEC_STORE_BYPASS to PR_SPEC_L1D_FLUSH */

struct processor_state {
	uint64_t shadow_stack;	/* ARCH_SHSTK_STATUS: what is on */
	uint32_t no_tsc;	/* PR_TSC_SIGSEGV */
	uint32_t no_cpuid;	/* ARCH_SET_CPUID 0 */
	uint32_t machine_check;	/* PR_MCE_KILL_GET */
	uint32_t defences[PROCESSOR_DEFENCES];	/* PR_SET_SPECULATION_CTRL; 0 as the system has it */
};

/* Of the calling thread. */
void processor_capture(struct processor_state *state);
void processor_revive(const struct processor_state *state);

/* While everything is stopped, after each thread's capture: what cannot be
 * carried.  0, or -ECANCELED as refuse.h has it. */
int processor_refuse(struct refusals *refusals);

/* In a task that shares the memory: protection keys that the program has been given,
 * but for the kernel's own one for memory that may only be executed (0 for none). */
int processor_refuse_keys(struct refusals *refusals, uint32_t execute_only);

/* Of the process: tiles (AMX) that it was permitted to use. */
uint64_t processor_permitted(void);
void processor_permit(uint64_t permitted);

/* Lets the calling thread use CPUID; returns whether it could not before, for
 * processor_forbid_cpuid(). */
int processor_allow_cpuid(void);
void processor_forbid_cpuid(void);

#endif
