/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first code of ours that runs in a reborn process. */
#include "resume.h"

#include <limits.h>

#include "../ghost/inject.h"
#include "anchor.h"
#include "confine.h"
#include "interval.h"
#include "lazy.h"
#include "pending.h"
#include "quiesce.h"
#include "replay.h"
#include "report.h"
#include "slot.h"
#include "thread.h"

static void arrive(struct landing *landing)
{
	__atomic_add_fetch(&landing->arrived, 1, __ATOMIC_RELEASE);
	sys_futex_wake(&landing->arrived, INT_MAX);
}

static void await_others(struct landing *landing)
{
	uint32_t arrived;

	while ((arrived = __atomic_load_n(&landing->arrived, __ATOMIC_ACQUIRE)) <
	       landing->task_count - 1)
		sys_futex_wait(&landing->arrived, arrived, NULL);
}

/* The checkpoint that made the ghost is still under way in the memory that came
 * back: its turn is odd, its leader is set, its scratch memory is gone. */
static void revive_process(struct landing *landing)
{
	int late;

	anchor.backing_device = landing->backing_device;
	anchor.backing_inode = landing->backing_inode;
	anchor.leader = 0;
	anchor.asked_again = 0;
	anchor.visitors = 0;
	anchor.scratch = 0;
	anchor.outside.start = landing->vdso_start;
	anchor.outside.end = landing->vdso_end;
	lazy_begin(landing->lazy, landing->lazy_count);
	process_revive(&anchor.process);
	if (frames_revive((landing->flags & LANDING_ELSEWHERE) != 0)) {
		report_line("the registers of a thread cannot be brought into this CPU's layout");
		sys_exit(125);
	}
	attributes_learn_cpus();
	filters_learn_inherited();
	await_others(landing);
	sys_munmap((void *)(uintptr_t)landing->start, landing->size);
	usage_revive_process();
	report_remember();
	inherited_renew();
	pending_revive_shared();
	late = interval_begin(INTERVAL_APART);
	if (timers_revive(&anchor.timers))
		report_line("a timer of the program could not be made again with its id");
	if (late && interval_begin(INTERVAL_ANYWHERE))
		report_line("no timer can be had: no more checkpoints at intervals");
	process_limit(&anchor.process);
}

void resume_entry(struct landing *landing, uint64_t address)
{
	struct slot *slot = (struct slot *)(uintptr_t)address;
	uint32_t turn = __atomic_load_n(&anchor.turn, __ATOMIC_ACQUIRE);
	int first = slot->tid == (uint32_t)anchor.pid;
	int unprivileged = (landing->flags & LANDING_DROP_CAPABILITIES) != 0;

	inject_forget();
	thread_revive(slot);
	if (!slot->ended)
		usage_revive_thread(&slot->usage);
	if (first) {
		/* The last to give its rights up: what is the process's needs them. */
		revive_process(landing);
		thread_revive_rights(slot, unprivileged);
		process_finish(&anchor.process);
		confine_revive_common();
		quiesce_release();
	} else {
		thread_revive_rights(slot, unprivileged);
		arrive(landing);
		quiesce_wait(slot, turn);
	}
	/* Its thread-local storage may be gone, and it was in no call. */
	if (slot->ended)
		for (;;)
			sys_call1(SYS_exit, 0);
	replay_revive();
	/* Whoever looks at the CPU or the time for us has done so. */
	processor_revive(&slot->processor);
	/* Last: nobody knows which calls a filter permits. */
	confine_revive(slot);
	thread_go_on(slot);
}
