/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is still mapped from the ghost that the process was resumed from. */
#include "lazy.h"

#include <errno.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/sys.h"
#include "../ghost/task.h"
#include "anchor.h"
#include "maps.h"

#define PAGE 4096ULL
#define SPARE 4096	/* entries, for ranges that are cut in two */
#define PARTS 512	/* of one range; more are dealt with in turns */

/* Whoever deals with a range takes it out of the list: by shortening the entry,
 * after an entry for what lies behind has been added.  Where two threads do that at
 * once the list may name more than is left, never less, and naming too much only
 * costs a look at the maps: so no lock is needed. */
static struct landing_range *list;
static size_t list_count, list_room;

void lazy_begin(const struct landing_range *ranges, size_t count)
{
	struct landing_range *copy;

	list_count = list_room = 0;
	if (!count)
		return;
	copy = sys_mmap(NULL, (count + SPARE) * sizeof(*copy), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (sys_failed(copy))
		return;
	memcpy(copy, ranges, count * sizeof(*copy));
	list = copy;
	list_count = count;
	list_room = count + SPARE;
}

int lazy_any(void)
{
	return list_count != 0;
}

int lazy_touches(const void *address, size_t size)
{
	uint64_t start = (uint64_t)(uintptr_t)address, end = start + size;

	for (size_t i = 0; i < list_count; i++)
		if (list[i].start < end && start < list[i].end)
			return 1;
	return 0;
}

static int add(uint64_t start, uint64_t end)
{
	size_t place = __atomic_fetch_add(&list_count, 1, __ATOMIC_ACQ_REL);

	if (place >= list_room) {
		__atomic_sub_fetch(&list_count, 1, __ATOMIC_ACQ_REL);
		return 0;
	}
	list[place] = (struct landing_range){ start, end };
	return 1;
}

/* What has been dealt with. */
static void strike(uint64_t start, uint64_t end)
{
	size_t count = list_count;

	for (size_t i = 0; i < count; i++) {
		struct landing_range range = list[i];

		if (range.end <= start || end <= range.start)
			continue;
		if (range.end > end && !add(end, range.end))
			continue;	/* no room: it will be looked at again */
		list[i].end = range.start < start ? start : range.start;
	}
}

struct part {
	uint64_t start, end;
	uint32_t prot;
};

struct search {
	uint64_t start, end;
	size_t count;
	int error;
	struct part parts[PARTS];
	struct mapping mapping;
	char text[16384];
	char stack[32768] __attribute__((aligned(64)));
};

static int note_part(struct mapping *mapping, void *argument)
{
	struct search *search = argument;
	struct part *part = &search->parts[search->count];

	if (mapping->end <= search->start || mapping->inode != anchor.backing_inode ||
	    mapping->device != anchor.backing_device || mapping->shared)
		return 0;
	if (mapping->start >= search->end || search->count == PARTS)
		return 1;
	part->start = mapping->start > search->start ? mapping->start : search->start;
	part->end = mapping->end < search->end ? mapping->end : search->end;
	part->prot = mapping->prot;
	search->count++;
	return 0;
}

/* In a task of its own: the program must not see a descriptor come and go. */
static int search_task(void *argument)
{
	struct search *search = argument;

	task_follow(anchor.pid);
	sys_call3(SYS_close_range, 0, ~0U, 0);
	search->error = maps_each(0, &search->mapping, search->text, sizeof(search->text),
				  note_part, search);
	return 0;
}

static struct search *search_open(uint64_t start, uint64_t end)
{
	struct search *search = sys_mmap(NULL, sizeof(*search), PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sys_sigset_t all = SYS_SIGALL, before;
	long task;

	if (sys_failed(search))
		return NULL;
	search->start = start;
	search->end = end;
	/* The task shares our memory: no handler of the program may run in it. */
	sys_sigprocmask(SIG_SETMASK, &all, &before);
	task = task_clone(CLONE_VM, search->stack + sizeof(search->stack), search_task, search);
	if (task >= 0)
		task_wait((int)task);
	sys_sigprocmask(SIG_SETMASK, &before, NULL);
	if (task >= 0 && search->error >= 0)
		return search;
	sys_munmap(search, sizeof(*search));
	return NULL;
}

int lazy_forget(void *address, size_t size)
{
	uint64_t start = (uint64_t)(uintptr_t)address;
	uint64_t end = (start + size + PAGE - 1) & ~(PAGE - 1);
	struct search *search;
	size_t found;
	int error = 0;

	do {
		search = search_open(start, end);
		if (!search)
			return -ENOMEM;
		found = search->count;
		for (size_t i = 0; i < found && !error; i++) {
			const struct part *part = &search->parts[i];
			void *fresh = sys_mmap((void *)(uintptr_t)part->start,
					       part->end - part->start, (int)part->prot,
					       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

			error = sys_failed(fresh) ? (int)(intptr_t)fresh : 0;
		}
		sys_munmap(search, sizeof(*search));
	} while (found == PARTS && !error);
	if (!error)
		strike(start, end);
	return error;
}

int lazy_copy_in(void *address, size_t size)
{
	uint64_t start = (uint64_t)(uintptr_t)address & ~(PAGE - 1);
	uint64_t end = ((uint64_t)(uintptr_t)address + size + PAGE - 1) & ~(PAGE - 1);
	struct search *search = search_open(start, end);
	uint32_t prot;
	void *copy, *moved;

	if (!search)
		return -ENOMEM;
	prot = search->count ? search->parts[0].prot : 0;
	sys_munmap(search, sizeof(*search));
	if (!(prot & PROT_READ)) {
		strike(start, end);
		return 0;
	}
	copy = sys_mmap(NULL, end - start, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
	if (sys_failed(copy))
		return (int)(intptr_t)copy;
	memcpy(copy, (void *)(uintptr_t)start, end - start);
	sys_call3(SYS_mprotect, copy, end - start, prot);
	moved = (void *)sys_call6(SYS_mremap, sys_arg(copy), sys_arg(end - start),
				  sys_arg(end - start), MREMAP_MAYMOVE | MREMAP_FIXED,
				  sys_arg(start), 0);
	if (sys_failed(moved))
		return (int)(intptr_t)moved;
	strike(start, end);
	return 0;
}
