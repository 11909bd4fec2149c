/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be said of a ghost, for people and for programs alike. */
#include "summary.h"

#include <string.h>
#include <sys/mman.h>

#include "../ghost/index.h"

void summary_make(const struct image *image, struct summary *summary)
{
	memset(summary, 0, sizeof(*summary));
	for (size_t i = 0; i < image->region_count; i++)
		summary->memory += image->regions[i].end - image->regions[i].start;
	for (size_t i = 0; i < image->chunk_count; i++) {
		summary->stored += image->chunks[i].length;
		summary->packed += image->chunks[i].packed;
	}
}

uint64_t summary_region_packed(const struct image *image, const struct region_ghost *region)
{
	uint64_t start = region->start, end = region->end, packed = 0;
	uint32_t owner = 0;

	if (region->type == REGION_SHARED_OBJECT) {
		owner = CHUNK_SHARED | region->object;
		start = region->offset;
		end = start + (region->end - region->start);
	}
	for (size_t i = index_find(image->chunks, image->chunk_count, owner, start);
	     i < image->chunk_count && image->chunks[i].owner == owner &&
	     image->chunks[i].address < end;
	     i++)
		if (image->chunks[i].address >= start)
			packed += image->chunks[i].packed;
	return packed;
}

static const char *file_path(const struct image *image, uint32_t number)
{
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type == REGION_FILE && image->regions[i].object == number)
			return image->regions[i].file.path;
	return "";
}

int summary_file(const struct image *image, size_t *at, struct summary_file *file)
{
	uint32_t owner;

	if (!*at)
		*at = index_find(image->chunks, image->chunk_count, CHUNK_FILE, 0);
	if (*at == image->chunk_count || !CHUNK_IS_FILE(image->chunks[*at].owner))
		return 0;
	owner = image->chunks[*at].owner;
	*file = (struct summary_file){ .number = owner & ~CHUNK_FILE };
	file->path = file_path(image, file->number);
	for (; *at < image->chunk_count && image->chunks[*at].owner == owner; ++*at) {
		file->stored += image->chunks[*at].length;
		file->packed += image->chunks[*at].packed;
	}
	return 1;
}

const char *summary_region_type(const struct region_ghost *region)
{
	static const char *const types[REGION_TYPES] = {
		[REGION_ANONYMOUS] = "anon",
		[REGION_FILE] = "file",
		[REGION_SHARED_FILE] = "shared-file",
		[REGION_SHARED_OBJECT] = "shared",
		[REGION_VDSO] = "vdso",
	};

	return types[region->type];
}

const char *summary_region_flag(unsigned int bit)
{
	static const char *const flags[] = {
		"growsdown",  "noreserve", "locked",     "lock-on-fault", "hugepage",
		"nohugepage", "dontfork",  "wipeonfork", "dontdump",      "mergeable",
		"sequential", "random",    "deleted",    "hugetlb",       "shared-write",
	};

	return bit < sizeof(flags) / sizeof(flags[0]) ? flags[bit] : NULL;
}

void summary_region_mode(const struct region_ghost *region, char mode[5])
{
	int shared = region->type == REGION_SHARED_FILE || region->type == REGION_SHARED_OBJECT;

	mode[0] = region->prot & PROT_READ ? 'r' : '-';
	mode[1] = region->prot & PROT_WRITE ? 'w' : '-';
	mode[2] = region->prot & PROT_EXEC ? 'x' : '-';
	mode[3] = shared ? 's' : 'p';
	mode[4] = '\0';
}

const char *summary_lock_type(const struct lock_ghost *lock)
{
	static const char *const types[LOCK_TYPES] = {
		[LOCK_POSIX] = "posix",
		[LOCK_OFD] = "ofd",
		[LOCK_FLOCK] = "flock",
	};

	return types[lock->type];
}

const char *summary_descriptor(const struct image *image, const struct descriptor_ghost *descriptor,
			       char *line, size_t size)
{
	const struct image_object *object = image_find_object(image, descriptor->object);
	struct text text;

	text_open(&text, line, size);
	if (object->kind->describe)
		object->kind->describe(object->record, &text);
	return object->kind->name;
}

int summary_argument(const struct process_ghost *process, size_t *at, const char **argument,
		     size_t *length)
{
	size_t left = process->arguments_length - *at;

	if (!left)
		return 0;
	*argument = process->arguments + *at;
	*length = strnlen(*argument, left);
	*at += *length + (*length < left);
	return 1;
}
