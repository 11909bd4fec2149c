/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing what each epoll instance of the program waits for. */
#include "registrations.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>

#include "../ghost/fdinfo.h"
#include "../ghost/frame.h"
#include "../ghost/kind/epoll.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/lines.h"
#include "../ghost/sys.h"

/* One instance.  Its registrations are listed by the place of the description in the
 * kernel's memory, so those of one number may stand far from each other. */
struct collection {
	struct descriptors *descriptors;
	const struct descriptor_entry *epoll;
	uint32_t *dead; /* numbers met that are not open, as often as met */
	uint32_t dead_count, dead_room;
};

static struct descriptor_entry *entry_of(struct descriptors *descriptors, int fd)
{
	uint32_t low = 0, high = descriptors->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (descriptors->entries[middle].fd < fd)
			low = middle + 1;
		else
			high = middle;
	}
	return low < descriptors->count && descriptors->entries[low].fd == fd
		       ? &descriptors->entries[low]
		       : NULL;
}

/* How many registrations of this number have been met before: kcmp(2) counts so. */
static int times_met(struct collection *collection, struct descriptor_entry *entry, uint32_t fd)
{
	int times = 0;

	if (entry)
		return (int)entry->met++;
	if (collection->dead_count == collection->dead_room)
		return -E2BIG;
	for (uint32_t i = 0; i < collection->dead_count; i++)
		times += collection->dead[i] == fd;
	collection->dead[collection->dead_count++] = fd;
	return times;
}

/* As compare() of descriptors.c: the order of the description behind `fd` and of the
 * one that was registered. */
static long compare(int fd, const struct kcmp_epoll_slot *slot)
{
	int self = sys_getpid();

	return sys_call6(SYS_kcmp, self, self, KCMP_EPOLL_TFD, fd, sys_arg(slot), 0);
}

/* By bisection among all descriptions.  0: no descriptor leads there any more. */
static struct descriptor_entry *search(struct descriptors *descriptors,
				       const struct kcmp_epoll_slot *slot)
{
	uint32_t low = 0, high = descriptors->objects;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct descriptor_entry *entry = &descriptors->entries[descriptors->order[middle]];
		/* Which of the two is the greater is told the other way round. */
		long order = compare(entry->fd, slot);

		if (order == 0)
			return entry;
		if (order == 2)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The descriptor by which the target is to be found.  A socket has one description for
 * all its life, so the inode tells; elsewhere kcmp(2) must, if it may. */
static struct descriptor_entry *target_of(struct collection *collection,
					  struct descriptor_entry *entry,
					  const struct kcmp_epoll_slot *slot,
					  const struct registration_file *file)
{
	struct stat stat;
	int same;
	long order;

	same = entry && !sys_call2(SYS_fstat, entry->fd, &stat) && stat.st_ino == file->inode &&
	       stat.st_dev == file->device;
	if (same && S_ISSOCK(stat.st_mode))
		return entry;
	order = compare(entry ? entry->fd : collection->epoll->fd, slot);
	if (order < 0)
		return same ? entry : NULL;
	if (entry && order == 0)
		return entry;
	return search(collection->descriptors, slot);
}

static int take_line(char *line, void *argument)
{
	struct collection *collection = argument;
	struct descriptors *descriptors = collection->descriptors;
	struct registration_ghost record = { .epoll = collection->epoll->object };
	struct kcmp_epoll_slot slot = { .efd = (uint32_t)collection->epoll->fd };
	struct registration_file file;
	struct descriptor_entry *entry, *target;
	int times;

	if (registration_parse(line, &record, &file))
		return 0;
	entry = entry_of(descriptors, (int)record.fd);
	times = times_met(collection, entry, record.fd);
	if (times < 0)
		return times;
	slot.tfd = record.fd;
	slot.toff = (uint32_t)times;
	target = target_of(collection, entry, &slot, &file);
	if (!target)
		return refuse_descriptor(
			descriptors->refusals, collection->epoll->fd, "anon_inode:[eventpoll]",
			"its registration of a descriptor that has been closed here "
			"and is open elsewhere",
			"let the program remove it (EPOLL_CTL_DEL) before it closes "
			"the descriptor");
	/* What was left out (KRG_FORCE) cannot be waited for. */
	if (!target->object)
		return 0;
	record.target = target->object;
	return frame_put(descriptors->ghost, kind_registration.tag, kind_registration.version,
			 kind_registration.make, &record, sizeof(record));
}

static int collect(struct descriptors *descriptors, const struct descriptor_entry *epoll)
{
	struct collection collection = {
		.descriptors = descriptors,
		.epoll = epoll,
		.dead = descriptors->record,
		.dead_room = (uint32_t)(kind_largest() / sizeof(uint32_t)),
	};
	int info = fdinfo_open(epoll->fd), error;

	if (info < 0)
		return info;
	for (uint32_t i = 0; i < descriptors->count; i++)
		descriptors->entries[i].met = 0;
	error = lines_each(info, descriptors->info, sizeof(descriptors->info), take_line,
			   &collection);
	sys_close(info);
	return error;
}

int registrations_capture(struct descriptors *descriptors)
{
	int error = 0;

	for (uint32_t i = 0; i < descriptors->objects && !error; i++) {
		const struct descriptor_entry *entry = &descriptors->entries[descriptors->order[i]];

		if (entry->epoll)
			error = collect(descriptors, entry);
	}
	return error;
}
