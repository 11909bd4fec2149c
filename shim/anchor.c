/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The root of the shim's state in the program. */
#include "anchor.h"

#include "../ghost/inject.h"
#include "gate.h"
#include "interval.h"
#include "slot.h"

struct anchor anchor;

/* A checkpoint may have been under way in the parent: the child has no part in
 * it, and a signal that was put off was meant for the parent. */
void anchor_forked(void)
{
	inject_forget();
	anchor.pid = sys_getpid();
	anchor.turn &= ~1U;
	anchor.leader = 0;
	anchor.visitors = 0;
	anchor.shortage = 0;
	anchor.number = 0;
	anchor.asked_again = 0;
	anchor.action_lock = 0;
	anchor.held = 0;	/* what waits is not inherited */
	self.main_thread = 1;
	self.put_off = 0;
	outside_forked();
	usage_forget();
	timers_forget(&anchor.timers);
	interval_forget();
	slot_forget_all();
	if (anchor.scratch)
		sys_munmap((void *)(uintptr_t)anchor.scratch, anchor.scratch_size);
	anchor.scratch = 0;
}
