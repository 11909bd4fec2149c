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
#include "report.h"

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
	processor_capture(&slot->processor);
	attributes_capture(&slot->attributes);
	credentials_capture(&slot->credentials);
	confine_capture(&slot->confinement);
	usage_capture_thread(&slot->usage);
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

/* Root with other ids than the program's would be more than the program was. */
void thread_revive_rights(const struct slot *slot, int unprivileged)
{
	attributes_revive(&slot->attributes);
	if (credentials_revive(&slot->credentials, unprivileged)) {
		if (!sys_call0(SYS_geteuid)) {
			report_line("the program's user cannot be had here, and it does not go on "
				    "as root; let that user resume it");
			sys_exit(125);
		}
		if (slot->tid == (uint32_t)anchor.pid)
			report_line("the program's user or group cannot be had; it goes on as "
				    "that of krg-resume");
	}
	attributes_revive_late(&slot->attributes);
}

void thread_go_on(struct slot *slot)
{
	ucontext_t *frame = slot->frame;

	replay_go_on(frame);
	slot_leave(&slot->used, frame);
}
