/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel knows of a thread beyond its signal frame. */
#include "thread.h"

#include <asm/prctl.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "anchor.h"
#include "pending.h"
#include "replay.h"

/* The only way to learn whether rseq is registered is to try: the kernel says
 * EBUSY for the area that it has already (kernel/rseq.c). */
static int find_rseq(uint64_t fs_base, uint64_t *found)
{
	uint64_t area = fs_base + (uint64_t)anchor.rseq_offset;
	long error;

	*found = 0;
	if (!anchor.rseq_offset)
		return 0;
	error = sys_call4(SYS_rseq, area, THREAD_RSEQ_LENGTH, 0, THREAD_RSEQ_SIGNATURE);
	if (!error)
		sys_call4(SYS_rseq, area, THREAD_RSEQ_LENGTH, 1, THREAD_RSEQ_SIGNATURE);
	if (error == -EBUSY)
		*found = area;
	/* EINVAL: it has another area, which libc knows nothing of. */
	return error == -EBUSY || error == -ENOSYS || error == -EINVAL ? 0 : (int)error;
}

static int find_robust_list(struct slot *slot)
{
	int error = (int)sys_call3(SYS_get_robust_list, 0, &slot->robust_list,
				   &slot->robust_length);

	return error == -ENOSYS ? 0 : error;
}

static int capture(struct slot *slot)
{
	int error = (int)sys_call2(SYS_arch_prctl, ARCH_GET_FS, &slot->fs_base);

	if (!error)
		error = (int)sys_call2(SYS_arch_prctl, ARCH_GET_GS, &slot->gs_base);
	if (!error)
		error = find_robust_list(slot);
	/* A kernel without CONFIG_CHECKPOINT_RESTORE does not tell; there libc's
	 * layout does. */
	if (sys_call2(SYS_prctl, PR_GET_TID_ADDRESS, &slot->clear_tid) && anchor.tid_offset)
		slot->clear_tid = slot->fs_base + (uint64_t)anchor.tid_offset;
	if (!error)
		error = find_rseq(slot->fs_base, &slot->rseq_area);
	if (!error)
		error = (int)sys_call2(SYS_prctl, PR_GET_NAME, slot->name);
	return error ? error : pending_look(slot);
}

void thread_capture(struct slot *slot)
{
	slot->error = capture(slot);
}

void thread_revive(const struct slot *slot)
{
	sys_call2(SYS_arch_prctl, ARCH_SET_FS, slot->fs_base);
	if (slot->gs_base)
		sys_call2(SYS_arch_prctl, ARCH_SET_GS, slot->gs_base);
	sys_call1(SYS_set_tid_address, slot->clear_tid);
	if (slot->robust_list)
		sys_call2(SYS_set_robust_list, slot->robust_list, slot->robust_length);
	if (slot->rseq_area)
		sys_call4(SYS_rseq, slot->rseq_area, THREAD_RSEQ_LENGTH, 0, THREAD_RSEQ_SIGNATURE);
	sys_call2(SYS_prctl, PR_SET_NAME, slot->name);
	pending_revive_own(slot->tid);
}

void thread_go_on(struct slot *slot)
{
	ucontext_t *frame = slot->frame;

	replay_go_on(frame);
	slot_leave(&slot->used, frame);
}
