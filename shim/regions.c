/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the address space: a record for each region, jobs for its pages. */
#include "regions.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/frame.h"
#include "../ghost/kind/guard.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/sys.h"
#include "anchor.h"
#include "identity.h"
#include "orphans.h"
#include "processor.h"
#include "resident.h"
#include "survey.h"

static int has_prefix(const char *path, const char *prefix)
{
	return text_after(path, prefix) != NULL;
}

/* Names that the kernel gives to memory without a file. */
static int is_anonymous_name(const char *path)
{
	return !path[0] || !strcmp(path, "[heap]") || has_prefix(path, "[stack") ||
	       has_prefix(path, "[anon:");
}

static int is_vdso(const char *path)
{
	return !strcmp(path, "[vdso]") || has_prefix(path, "[vvar");
}

/* The ghost that this process was resumed from, where its pages are read on
 * first touch: to the program it is plain memory. */
static int is_backing(const struct mapping *mapping)
{
	return anchor.backing_inode && mapping->inode == anchor.backing_inode &&
	       mapping->device == anchor.backing_device && !mapping->shared;
}

/* Shared memory whose object has no name that could be opened again. */
static int is_nameless_object(const struct mapping *mapping)
{
	return mapping->shared && (mapping->deleted || has_prefix(mapping->path, "[anon_shmem:"));
}

/* What cannot be carried, and why; NULL for what can. */
static const char *objection(const struct mapping *mapping)
{
	/* The kernel itself gives a key to what may only be executed, and will again. */
	if (mapping->key && mapping->prot != PROT_EXEC)
		return "memory with a protection key";
	if (mapping->shadow_stack)
		return "a shadow stack (CET)";
	if (mapping->userfault)
		return "memory watched by a userfaultfd";
	if (mapping->flags & REGION_HUGETLB)
		return "memory of hugetlbfs";
	if (has_prefix(mapping->path, "/SYSV"))
		return "a System V shared memory segment";
	if (has_prefix(mapping->path, "/[aio]"))
		return "a kernel AIO ring";
	if (has_prefix(mapping->path, "anon_inode:[io_uring]"))
		return "an io_uring ring";
	if (mapping->special || has_prefix(mapping->path, "anon_inode:") ||
	    has_prefix(mapping->path, "socket:"))
		return "memory of a device";
	if (has_prefix(mapping->path, "/dev/") && !has_prefix(mapping->path, "/dev/zero") &&
	    !has_prefix(mapping->path, "/dev/shm/"))
		return "memory of a device";
	return NULL;
}

static uint32_t classify(const struct mapping *mapping, uint32_t embedded)
{
	if (is_vdso(mapping->path))
		return REGION_VDSO;
	if (is_backing(mapping))
		return REGION_ANONYMOUS;
	if (embedded)
		return REGION_FILE;
	if (!mapping->shared && (is_anonymous_name(mapping->path) || mapping->deleted ||
				 !strcmp(mapping->path, "/dev/zero")))
		return REGION_ANONYMOUS;
	if (is_nameless_object(mapping))
		return REGION_SHARED_OBJECT;
	return mapping->shared ? REGION_SHARED_FILE : REGION_FILE;
}

static uint32_t object_of(struct regions *regions, const struct mapping *mapping)
{
	int orphan = orphans_find(regions->orphans, mapping);

	if (orphan >= 0)
		return (uint32_t)orphan;
	for (uint32_t i = 0; i < regions->shared_count; i++)
		if (regions->shared[i].device == mapping->device &&
		    regions->shared[i].inode == mapping->inode)
			return regions->shared[i].object;
	return regions->objects++;
}

/* Memory from an embedded file, after a restart, is still that file. */
static const char *path_of(const struct mapping *mapping)
{
	const char *path = text_after(mapping->path, REGION_EMBEDDED);

	return mapping->deleted && path ? path : mapping->path;
}

/* A file that cannot be found under its name could not be mapped again.  1 where
 * that is forgiven (KRG_FORCE). */
static int identify(struct regions *regions)
{
	const struct mapping *mapping = &regions->mapping;
	int error = identity_of(&regions->file, mapping->path);

	/* Its content travels: then the name is enough. */
	if (error && regions->record.type == REGION_FILE && regions->embedded) {
		strcpy(regions->file.path, mapping->path);
		error = 0;
	}
	if (error == -ENOENT || error == -ENOTDIR)
		return refuse_region(regions->refusals, mapping->start, mapping->end,
				     mapping->path, "memory of a file that is not under its name",
				     "let the program unmap it first")
			       ? -ECANCELED
			       : 1;
	if (error)
		return error;
	identity_of_elf(&regions->file, mapping);
	regions->record.file = regions->file;
	return 0;
}

static int fill_record(struct regions *regions, uint64_t start, uint64_t end)
{
	const struct mapping *mapping = &regions->mapping;
	struct region_ghost *record = &regions->record;
	int error = 0;

	memset(record, 0, offsetof(struct region_ghost, file));
	record->start = start;
	record->end = end;
	record->prot = mapping->prot;
	record->type = classify(mapping, regions->embedded);
	record->flags = mapping->flags & ~(mapping->shared ? 0 : REGION_SHARED_WRITE);
	if (!mapping->deleted &&
	    (record->type == REGION_FILE || record->type == REGION_SHARED_FILE)) {
		error = identify(regions);
	} else {
		memset(&record->file, 0, sizeof(record->file));
		if (!is_backing(mapping))
			strcpy(record->file.path, path_of(mapping));
		/* By which a restart knows whether its kernel has the same one. */
		if (record->type == REGION_VDSO && mapping->path[2] == 'd')
			identity_of_vdso(&record->file, mapping);
	}
	if (record->type != REGION_ANONYMOUS)
		record->offset = mapping->offset + (start - mapping->start);
	if (mapping->deleted)
		record->flags |= REGION_DELETED;
	if (record->type == REGION_SHARED_OBJECT)
		record->object = object_of(regions, mapping);
	if (record->type == REGION_FILE)
		record->object = regions->embedded;
	return error;
}

static uint32_t page_flags(const struct mapping *mapping, uint32_t type)
{
	uint32_t flags = 0;

	/* Shared memory may be changing under another process's hands. */
	if (!(mapping->prot & PROT_READ) || mapping->deleted || is_backing(mapping) ||
	    type == REGION_SHARED_OBJECT)
		flags |= PAGES_BY_FILE;
	if (mapping->deleted || is_backing(mapping))
		flags |= PAGES_MAY_FAIL;
	if (type == REGION_FILE)
		flags |= PAGES_KEEP_ZEROS;
	return flags;
}

/* A run of pages of a shared object, less what another mapping of the same
 * object has already brought (ranges from `known` on are still to be compared). */
static int add_shared(struct regions *regions, uint32_t known, uint64_t from, uint64_t to)
{
	const struct region_ghost *record = &regions->record;

	for (; known < regions->shared_count && from < to; known++) {
		const struct shared_range *range = &regions->shared[known];
		int error;

		if (range->object != record->object || range->to <= from || range->from >= to)
			continue;
		error = from < range->from ? add_shared(regions, known + 1, from, range->from) : 0;
		if (error)
			return error;
		from = range->to;
	}
	if (from >= to)
		return 0;
	return pages_add(regions->pages, record->start + (from - record->offset), to - from,
			 CHUNK_SHARED | record->object, from,
			 page_flags(&regions->mapping, record->type));
}

/* Of a file that memory alone still shows: from where the last changed page ended to
 * `start`, where the next one begins. */
static int add_unchanged(struct regions *regions, uint64_t start, uint64_t end)
{
	const struct region_ghost *record = &regions->record;
	uint64_t from = regions->unchanged;

	regions->unchanged = end;
	if (from >= start || record->type != REGION_FILE || !record->object ||
	    embed_has_file(&regions->embed, record->object))
		return 0;
	return embed_add(&regions->embed, record->object, from,
			 record->offset + (from - record->start), start - from);
}

static int add_run(uint64_t start, uint64_t end, void *argument)
{
	struct regions *regions = argument;
	const struct region_ghost *record = &regions->record;
	int error;

	if (record->type == REGION_SHARED_OBJECT)
		return add_shared(regions, 0, record->offset + (start - record->start),
				  record->offset + (end - record->start));
	error = add_unchanged(regions, start, end);
	if (error)
		return error;
	return pages_add(regions->pages, start, end - start, 0, start,
			 page_flags(&regions->mapping, record->type));
}

static int add_guard(uint64_t start, uint64_t end, void *argument)
{
	struct regions *regions = argument;
	struct guard_ghost guard = { start, end };
	int error = add_unchanged(regions, start, end);

	return error ? error : frame_put(regions->ghost, kind_guard.tag, kind_guard.version, kind_guard.make,
			 &guard, sizeof(guard));
}

/* What is changed belongs to the process, the rest to the file. */
static int add_file(struct regions *regions, const struct resident *resident)
{
	const struct region_ghost *record = &regions->record;
	int error = 0;

	regions->unchanged = record->start;
	if (record->object && embed_has_file(&regions->embed, record->object))
		error = embed_add(&regions->embed, record->object, record->start, record->offset,
				  record->end - record->start);
	if (!error)
		error = resident_private(resident, record->start, record->end, 1);
	return error ? error : add_unchanged(regions, record->end, record->end);
}

static int add_pages(struct regions *regions)
{
	const struct mapping *mapping = &regions->mapping;
	const struct region_ghost *record = &regions->record;
	struct resident resident = {
		.pagemap = regions->pagemap,
		.can_scan = &regions->can_scan,
		.knows_guards = &regions->knows_guards,
		.run = add_run,
		.guard = add_guard,
		.argument = regions,
	};

	switch (record->type) {
	case REGION_VDSO:
		/* The code, for a restart under a kernel with another one. */
		return record->file.size ? add_run(record->start, record->end, regions) : 0;
	case REGION_SHARED_FILE:
		return 0;
	case REGION_SHARED_OBJECT:
		/* Of a file that is open, too, all of it is carried, mapped or not. */
		if (record->object < regions->orphans->count)
			return 0;
		return resident_shared(&resident, record->start, record->end, mapping->swapped);
	case REGION_FILE:
		return add_file(regions, &resident);
	default:
		/* Content that lies in a file which will not be there at the restart. */
		if (mapping->deleted || is_backing(mapping))
			return add_run(record->start, record->end, regions);
		return resident_private(&resident, record->start, record->end, 0);
	}
}

static int remember_shared(struct regions *regions)
{
	const struct region_ghost *record = &regions->record;
	struct shared_range *range = &regions->shared[regions->shared_count];

	if (record->type != REGION_SHARED_OBJECT)
		return 0;
	if (regions->shared_count == SHARED_RANGES)
		return refuse_region(regions->refusals, record->start, record->end,
				     record->file.path, "so many shared mappings", NULL);
	range->device = regions->mapping.device;
	range->inode = regions->mapping.inode;
	range->from = record->offset;
	range->to = record->offset + (record->end - record->start);
	range->object = record->object;
	regions->shared_count++;
	return 0;
}

static int capture_part(struct regions *regions, uint64_t start, uint64_t end)
{
	int error;

	if (start >= end)
		return 0;
	error = fill_record(regions, start, end);
	if (error)
		return error < 0 ? error : 0;
	survey_region(regions->refusals->survey, &regions->record);
	error = add_pages(regions);
	if (!error)
		error = remember_shared(regions);
	if (!error)
		error = frame_put(regions->ghost, kind_region.tag, kind_region.version,
				  kind_region.make, &regions->record, sizeof(regions->record));
	regions->count++;
	return error;
}

/* The kernel may have joined our scratch memory with the program's own next to
 * it into one line: what lies before and after it is carried. */
static int capture_mapping(struct mapping *mapping, void *argument)
{
	struct regions *regions = argument;
	uint64_t before = mapping->end, after = mapping->end;
	const char *why;
	int error;

	if (!strcmp(mapping->path, "[vsyscall]"))
		return 0;
	if (mapping->key && mapping->prot == PROT_EXEC)
		regions->execute_only = mapping->key;
	why = is_vdso(mapping->path) ? NULL : objection(mapping);
	if (why)
		return refuse_region(regions->refusals, mapping->start, mapping->end,
				     mapping->path, why, "let the program unmap it first");
	if (mapping->start < regions->exclude_end && regions->exclude_start < mapping->end) {
		before = regions->exclude_start;
		after = regions->exclude_end;
	}
	regions->embedded = is_backing(mapping) ? 0 : embed_find(&regions->embed, mapping);
	error = capture_part(regions, mapping->start, before);
	return error ? error : capture_part(regions, after, mapping->end);
}

int regions_capture(struct regions *regions)
{
	int error = maps_each(1, &regions->mapping, regions->text, sizeof(regions->text),
			      capture_mapping, regions);

	return error ? error : processor_refuse_keys(regions->refusals, regions->execute_only);
}
