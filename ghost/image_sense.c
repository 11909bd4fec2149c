/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the records of a ghost go together: what every later step relies on. */
#include "image_sense.h"

#include <stdlib.h>

#include "kind/kinds.h"

#define OBJECTS_MAX 65536 /* of shared memory without a name */

static int region_compare(const void *one, const void *other)
{
	const struct region_ghost *a = one, *b = other;

	return a->start < b->start ? -1 : a->start > b->start;
}

static int region_sane(const struct image *image, const struct region_ghost *region)
{
	return region->start < region->end && region->end <= 1ULL << 56 &&
	       (region->start | region->end | region->offset) % image->header.page_size == 0 &&
	       region->offset < 1ULL << 62 && region->type < REGION_TYPES &&
	       region->object < OBJECTS_MAX;
}

static int regions_sane(struct image *image)
{
	uint64_t end = 0;

	if (image->region_count)
		qsort(image->regions, image->region_count, sizeof(*image->regions), region_compare);
	for (size_t i = 0; i < image->region_count; i++) {
		if (!region_sane(image, &image->regions[i]) || image->regions[i].start < end)
			return 0;
		end = image->regions[i].end;
	}
	for (size_t i = 0; i < image->guard_count; i++) {
		const struct guard_ghost *guard = &image->guards[i];
		const struct region_ghost *region = image_region_at(image, guard->start);

		if (!region || guard->end <= guard->start || guard->end > region->end ||
		    (guard->start | guard->end) % image->header.page_size)
			return 0;
	}
	return 1;
}

static int threads_sane(const struct image *image)
{
	size_t main_threads = 0;

	for (size_t i = 0; i < image->thread_count; i++) {
		const struct thread_ghost *thread = &image->threads[i];

		main_threads += (thread->flags & THREAD_MAIN) != 0;
		if (!thread->tid || thread->tid > 1U << 30)
			return 0;
	}
	return main_threads == 1;
}

static int registration_sane(const struct image *image,
			     const struct registration_ghost *registration)
{
	const struct image_object *epoll = image_find_object(image, registration->epoll);

	return registration->fd <= 1U << 30 && epoll && epoll->kind == &kind_epoll &&
	       image_find_object(image, registration->target);
}

static int descriptors_sane(const struct image *image)
{
	for (size_t i = 0; i < image->descriptor_count; i++)
		if (!image_find_object(image, image->descriptors[i].object) ||
		    image->descriptors[i].fd > 1U << 30)
			return 0;
	for (size_t i = 0; i < image->lock_count; i++)
		if (image->locks[i].fd > 1U << 30)
			return 0;
	for (size_t i = 0; i < image->registration_count; i++)
		if (!registration_sane(image, &image->registrations[i]))
			return 0;
	return 1;
}

const char *image_nonsense(struct image *image)
{
	if (!image->process)
		return "no process in it";
	if (!regions_sane(image))
		return "impossible regions";
	if (!threads_sane(image))
		return "impossible threads";
	if (image->clock && !clock_sane(image->clock))
		return "impossible clocks";
	return descriptors_sane(image) ? NULL : IMAGE_DESCRIPTORS;
}
