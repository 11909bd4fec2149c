/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel knows of the process and only the process itself can set again. */
#include "process.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/prctl.h>

#include "anchor.h"
#include "processor.h"

#define ASK_PERSONALITY 0xffffffffU
#define GET_REGISTRATIONS (1U << 9)	/* MEMBARRIER_CMD_GET_REGISTRATIONS, Linux 6.3 */

/* A command that is permitted only after its registration, and that registration. */
static const struct {
	uint32_t command, registration;
} barriers[] = {
	{ MEMBARRIER_CMD_PRIVATE_EXPEDITED, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED },
	{ MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
	  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE },
	{ MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ },
};

static uint32_t membarriers(void)
{
	long registered = sys_call2(SYS_membarrier, GET_REGISTRATIONS, 0);
	uint32_t found = 0;

	if (registered >= 0)
		return (uint32_t)registered;
	for (size_t i = 0; i < sizeof(barriers) / sizeof(barriers[0]); i++)
		if (!sys_call2(SYS_membarrier, barriers[i].command, 0))
			found |= barriers[i].registration;
	return found;
}

/* A kernel that does not know the option says EINVAL: then nothing was set. */
static long ask(int option, uint32_t *setting)
{
	long value = sys_call6(SYS_prctl, option, 0, 0, 0, 0, 0);

	*setting = value > 0 ? (uint32_t)value : 0;
	return value < 0 && value != -EINVAL ? value : 0;
}

/* Every thread is stopped: nobody creates a file in between.  Where the first call
 * was permitted the second is, so no test makes that one fail. */
static long ask_umask(uint32_t *umask)
{
	long found = sys_call1(SYS_umask, 077);

	if (found < 0)
		return found;
	*umask = (uint32_t)found;
	sys_raw6(SYS_umask, found, 0, 0, 0, 0, 0);
	return 0;
}

static long ask_settings(struct process_state *state)
{
	long personality = sys_call1(SYS_personality, ASK_PERSONALITY);
	long error = personality < 0 ? personality : 0;
	int subreaper = 0;

	state->personality = (uint32_t)personality;
	if (!error)
		error = ask_umask(&state->umask);
	if (!error)
		error = ask(PR_GET_THP_DISABLE, &state->no_huge_pages);
	if (!error)
		error = sys_call2(SYS_prctl, PR_GET_CHILD_SUBREAPER, &subreaper);
	state->subreaper = (uint32_t)subreaper;
	return error;
}

int process_capture(struct process_state *state)
{
	long error = 0;

	for (int i = 1; i <= PROCESS_SIGNALS && !error; i++)
		error = sys_sigaction(i, NULL, &state->actions[i]);
	for (int i = 0; i < 3 && !error; i++)
		error = sys_call2(SYS_getitimer, i, &state->intervals[i]);
	for (int i = 0; i < PROCESS_RLIMITS && !error; i++)
		error = sys_call4(SYS_prlimit64, 0, i, 0, state->limits[i]);
	state->parent = (uint32_t)sys_getppid();
	state->membarriers = membarriers();
	state->permitted = processor_permitted();
	return (int)(error ? error : ask_settings(state));
}

void process_revive(const struct process_state *state)
{
	for (int i = 1; i <= PROCESS_SIGNALS; i++)
		if (i != SIGKILL && i != SIGSTOP)
			sys_sigaction(i, &state->actions[i], NULL);
	for (uint32_t bit = 0; bit < 32; bit++)
		if (state->membarriers >> bit & 1)
			sys_call2(SYS_membarrier, 1U << bit, 0);
	/* Early: the signal frames may hold such components. */
	processor_permit(state->permitted);
	sys_call1(SYS_umask, state->umask);
	/* Late: one of its flags makes every mapping executable. */
	sys_call1(SYS_personality, state->personality);
	if (state->no_huge_pages)
		sys_call6(SYS_prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0, 0);
	if (state->subreaper)
		sys_call2(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
}

/* Where the host's hard limit is lower than what was, the hard limit is taken. */
static void set_limit(int resource, const uint64_t wanted[2])
{
	uint64_t here[2], limit[2] = { wanted[0], wanted[1] };

	if (!sys_call4(SYS_prlimit64, 0, resource, limit, 0))
		return;
	if (sys_call4(SYS_prlimit64, 0, resource, 0, here))
		return;
	limit[1] = limit[1] < here[1] ? limit[1] : here[1];
	limit[0] = limit[0] < limit[1] ? limit[0] : limit[1];
	sys_call4(SYS_prlimit64, 0, resource, limit, 0);
}

/* While its signal waits a timer is not running (kernel/time/itimer.c); it begins
 * again with the next interval. */
static void set_interval(int which, const struct itimerval *setting)
{
	struct itimerval next = *setting;

	if (!next.it_value.tv_sec && !next.it_value.tv_usec)
		next.it_value = next.it_interval;
	sys_call4(SYS_setitimer, which, &next, 0, 0);
}

void process_limit(const struct process_state *state)
{
	for (int i = 0; i < PROCESS_RLIMITS; i++)
		set_limit(i, state->limits[i]);
	for (int i = 0; i < 3; i++)
		set_interval(i, &state->intervals[i]);
}

void process_finish(const struct process_state *state)
{
	sys_call2(SYS_prctl, PR_SET_DUMPABLE, state->dumpable);
}
