/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What memory gets when its pages are there: protection, advice, locks, names, guards. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "../ghost/sys.h"
#include "stage.h"

static const struct {
	uint32_t flag;
	int advice;
} advices[] = {
	{ REGION_HUGEPAGE, MADV_HUGEPAGE },	{ REGION_NOHUGEPAGE, MADV_NOHUGEPAGE },
	{ REGION_DONTFORK, MADV_DONTFORK },	{ REGION_WIPEONFORK, MADV_WIPEONFORK },
	{ REGION_DONTDUMP, MADV_DONTDUMP },	{ REGION_MERGEABLE, MADV_MERGEABLE },
	{ REGION_SEQUENTIAL, MADV_SEQUENTIAL }, { REGION_RANDOM, MADV_RANDOM },
};

/* Advice that this kernel does not take changes nothing that the program sees. */
static void advise(const struct region_ghost *region, uint64_t place)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (region->flags & advices[i].flag)
			sys_call3(SYS_madvise, place, stage_size_of(region), advices[i].advice);
	if (!strncmp(region->file.path, "[anon:", 6)) {
		char name[128];
		size_t length = strcspn(region->file.path + 6, "]");

		if (length >= sizeof(name))
			return;
		memcpy(name, region->file.path + 6, length);
		name[length] = '\0';
		sys_call6(SYS_prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, (long)place,
			  (long)stage_size_of(region), (long)name, 0);
	}
}

static int finish_region(struct stage *stage, size_t i)
{
	const struct region_ghost *region = &stage->image->regions[i];
	uint64_t place = stage->plan->stage[i];
	int error;

	if (region->type == REGION_VDSO)
		return 0;
	advise(region, place);
	error = (int)sys_call3(SYS_mprotect, place, stage_size_of(region), region->prot);
	if (error)
		return stage_fail(stage, error, "memory %llx cannot be protected as it was: %s",
			    (unsigned long long)region->start, strerror(-error));
	if (region->flags & REGION_LOCKED) {
		int flags = region->flags & REGION_LOCK_ON_FAULT ? MLOCK_ONFAULT : 0;

		error = (int)sys_call3(SYS_mlock2, place, stage_size_of(region), flags);
		if (error)
			return stage_fail(stage, error,
				    "memory %llx cannot be locked as it was: %s (ulimit -l)",
				    (unsigned long long)region->start, strerror(-error));
	}
	return 0;
}

static uint64_t staged(const struct stage *stage, uint64_t address)
{
	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];

		if (address >= region->start && address < region->end)
			return stage->plan->stage[i] + (address - region->start);
	}
	return 0;
}

int stage_finish(struct stage *stage)
{
	int error = 0;

	for (size_t i = 0; i < stage->image->guard_count && !error; i++) {
		const struct guard_ghost *guard = &stage->image->guards[i];

		error = (int)sys_call3(SYS_madvise, staged(stage, guard->start),
				       guard->end - guard->start, 102 /* MADV_GUARD_INSTALL */);
		if (error)
			return stage_fail(stage, error, "guard pages at %llx: %s",
				    (unsigned long long)guard->start, strerror(-error));
	}
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		error = finish_region(stage, i);
	return error;
}
