/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first code of ours that runs in a reborn process. */
#include "resume.h"

#include <limits.h>
#include <linux/capability.h>

#include "anchor.h"
#include "lazy.h"
#include "pending.h"
#include "quiesce.h"
#include "replay.h"
#include "report.h"
#include "slot.h"
#include "thread.h"

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	sys_call2(SYS_capset, &header, none);
}

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
	anchor.backing_device = landing->backing_device;
	anchor.backing_inode = landing->backing_inode;
	anchor.leader = 0;
	anchor.asked_again = 0;
	anchor.visitors = 0;
	anchor.scratch = 0;
	lazy_begin(landing->lazy, landing->lazy_count);
	process_revive(&anchor.process);
	await_others(landing);
	sys_munmap((void *)(uintptr_t)landing->start, landing->size);
	report_remember();
	pending_revive_shared();
	if (timers_revive(&anchor.timers))
		report_line("a timer of the program could not be made again with its id");
	process_limit(&anchor.process);
}

void resume_entry(struct landing *landing, uint64_t address)
{
	struct slot *slot = (struct slot *)(uintptr_t)address;
	uint32_t turn = __atomic_load_n(&anchor.turn, __ATOMIC_ACQUIRE);
	int first = slot->tid == (uint32_t)anchor.pid;

	thread_revive(slot);
	if (landing->flags & LANDING_DROP_CAPABILITIES)
		drop_capabilities();
	if (first) {
		revive_process(landing);
		quiesce_release();
	} else {
		arrive(landing);
		quiesce_wait(slot, turn);
	}
	/* It has no thread-local storage any more. */
	if (slot->ended)
		for (;;)
			sys_call1(SYS_exit, 0);
	replay_revive();
	thread_go_on(slot);
}
