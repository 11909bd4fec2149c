/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extended registers in the signal frames of stopped threads. */
#include "frames.h"

#include <errno.h>
#include <sys/mman.h>

#include "../ghost/xstate.h"
#include "anchor.h"
#include "processor.h"
#include "slot.h"

#define AREA 64ULL	/* the boundary that XRSTOR wants */

/* A frame made by the kernel always has one; 0 means initial values. */
static const void *area_of(const ucontext_t *frame)
{
	return frame->uc_mcontext.fpregs;
}

uint64_t frames_in_use(const ucontext_t *frame)
{
	return area_of(frame) ? xstate_in_use(area_of(frame)) : XSTATE_LEGACY;
}

/* Whoever has stopped since the restart has left the handler on its area. */
void frames_note(void)
{
	struct frames_state *state = &anchor.frames;
	int forbidden;

	if (state->areas)
		sys_munmap((void *)(uintptr_t)state->areas, state->size);
	state->areas = 0;
	forbidden = processor_allow_cpuid();
	machine_ask(&state->machine);
	if (forbidden)
		processor_forbid_cpuid();
}

static int count(struct slot *slot, void *total)
{
	(void)slot;
	++*(size_t *)total;
	return 0;
}

struct translation {
	struct machine here;
	uint32_t mxcsr;
	uint64_t next;
	size_t room;
};

/* Not in place: the components may lie further apart here, and the stack has no
 * room for more. */
static int translate(struct slot *slot, void *argument)
{
	struct translation *translation = argument;
	long length;

	if (slot->ended || !area_of(slot->frame))
		return 0;
	length = xstate_translate(&anchor.frames.machine, area_of(slot->frame), &translation->here,
				  translation->mxcsr, (void *)(uintptr_t)translation->next,
				  translation->room);
	if (length < 0)
		return (int)length;
	slot->frame->uc_mcontext.fpregs = (void *)(uintptr_t)translation->next;
	translation->next += translation->room;
	return 0;
}

int frames_revive(int pretend)
{
	struct frames_state *state = &anchor.frames;
	struct translation translation;
	size_t threads = 0;
	void *areas;
	int error;

	state->areas = 0;	/* what was there was of the life before the ghost's */
	machine_ask(&translation.here);
	if (!pretend && machine_same_frames(&state->machine, &translation.here))
		return 0;
	translation.mxcsr = xstate_mxcsr_bits();
	translation.room = (xstate_room(&translation.here) + AREA - 1) & ~(AREA - 1);
	slot_each(count, &threads);
	areas = sys_mmap(NULL, threads * translation.room, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (sys_failed(areas))
		return (int)(intptr_t)areas;
	translation.next = (uint64_t)(uintptr_t)areas;
	error = slot_each(translate, &translation);
	state->areas = (uint64_t)(uintptr_t)areas;
	state->size = threads * translation.room;
	state->machine = translation.here;
	return error;
}
