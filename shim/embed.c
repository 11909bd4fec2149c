/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mapped files whose content travels in the ghost, each page of them once. */
#include "embed.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../ghost/kind/region.h"
#include "../ghost/sys.h"
#include "settings.h"

#define PAGE 4096ULL

/* Btrfs and overlayfs have a device number for maps and another for stat(2), both
 * without a driver; the inode's number is the same. */
static int same_device(uint64_t mapped, uint64_t found)
{
	return mapped == found || (!major(mapped) && !major(found));
}

/* The path leads to the file that is mapped, and not to what came in its place: what
 * was renamed over or removed shows as deleted. */
static int open_file(const struct mapping *mapping)
{
	struct stat stat;
	int file;

	if (mapping->deleted)
		return 0;
	file = sys_open(mapping->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	if (file < 0)
		return 0;
	if (file && !sys_call2(SYS_fstat, file, &stat) && S_ISREG(stat.st_mode) &&
	    stat.st_ino == mapping->inode && same_device(mapping->device, stat.st_dev))
		return file;
	sys_close(file);
	return 0;
}

static int is_elf(const struct embed *embed, const struct embed_file *file,
		  const struct mapping *mapping)
{
	char head[SELFMAG] = "";

	if (file->file)
		sys_pread(file->file, head, sizeof(head), 0);
	else if (!mapping->offset)
		sys_pread(embed->pages->memory, head, sizeof(head), mapping->start);
	return !memcmp(head, ELFMAG, SELFMAG);
}

static struct embed_file *meet(struct embed *embed, const struct mapping *mapping)
{
	struct embed_file *file = &embed->files[++embed->file_count];
	uint32_t *bucket = &embed->buckets[mapping->inode % EMBED_BUCKETS];

	file->device = mapping->device;
	file->inode = mapping->inode;
	file->next = *bucket;
	*bucket = embed->file_count;
	file->file = embed->memory_only ? 0 : open_file(mapping);
	file->wanted = embed->mode == EMBED_ALL || is_elf(embed, file, mapping);
	if (file->file && !file->wanted) {
		sys_close(file->file);
		file->file = 0;
	}
	return file;
}

/* A file of memory belongs to the program, which may be writing to it. */
static int may_be_embedded(const struct mapping *mapping)
{
	if (mapping->shared || !mapping->inode || mapping->path[0] != '/' ||
	    !strcmp(mapping->path, "/dev/zero"))
		return 0;
	return !text_after(mapping->path, "/memfd:") || text_after(mapping->path, REGION_EMBEDDED);
}

uint32_t embed_find(struct embed *embed, const struct mapping *mapping)
{
	uint32_t number = embed->buckets[mapping->inode % EMBED_BUCKETS];

	if (embed->mode == EMBED_NONE || !may_be_embedded(mapping))
		return 0;
	while (number && (embed->files[number].device != mapping->device ||
			  embed->files[number].inode != mapping->inode))
		number = embed->files[number].next;
	if (!number && embed->file_count < EMBED_FILES - 1)
		number = (uint32_t)(meet(embed, mapping) - embed->files);
	return embed->files[number].wanted ? number : 0;
}

int embed_has_file(const struct embed *embed, uint32_t number)
{
	return embed->files[number].file != 0;
}

/* The end of what is carried from `from` on, or `from` itself. */
static uint64_t carried_up_to(const struct embed *embed, uint32_t first, uint64_t from)
{
	for (uint32_t i = first; i;) {
		const struct embed_range *range = &embed->ranges[i];

		i = range->next;
		if (range->from <= from && from < range->to) {
			from = range->to;
			i = first;
		}
	}
	return from;
}

/* Where the next part begins that is carried, or `to`. */
static uint64_t next_carried(const struct embed *embed, uint32_t first, uint64_t from, uint64_t to)
{
	for (uint32_t i = first; i; i = embed->ranges[i].next)
		if (embed->ranges[i].from >= from && embed->ranges[i].from < to)
			to = embed->ranges[i].from;
	return to;
}

static int remember(struct embed *embed, struct embed_file *file, uint64_t from, uint64_t to)
{
	struct embed_range *range;

	if (file->ranges && embed->ranges[file->ranges].to == from) {
		embed->ranges[file->ranges].to = to;
		return 0;
	}
	if (embed->range_count == EMBED_RANGES - 1)
		return -E2BIG;
	range = &embed->ranges[++embed->range_count];
	range->from = from;
	range->to = to;
	range->next = file->ranges;
	file->ranges = embed->range_count;
	return 0;
}

static int carry(struct embed *embed, uint32_t number, uint64_t address, uint64_t from, uint64_t to)
{
	struct embed_file *file = &embed->files[number];
	uint32_t owner = CHUNK_FILE | number;
	int error;

	if (!file->ranges)
		embed->files_carried++;
	embed->bytes += to - from;
	error = remember(embed, file, from, to);
	if (error)
		return error;
	if (!file->file)
		return pages_add(embed->pages, address, to - from, owner, from,
				 PAGES_BY_FILE | PAGES_MAY_FAIL);
	/* Memory is packed first; what is not cached is read meanwhile. */
	sys_call4(SYS_fadvise64, file->file, from, to - from, POSIX_FADV_WILLNEED);
	return pages_add_file(embed->pages, file->file, to - from, owner, from);
}

/* A mapping may be far larger than its file. */
static uint64_t end_of_file(const struct embed_file *file, uint64_t to)
{
	struct stat stat;
	uint64_t size;

	if (!file->file || sys_call2(SYS_fstat, file->file, &stat))
		return to;
	size = ((uint64_t)stat.st_size + PAGE - 1) & ~(PAGE - 1);
	return size < to ? size : to;
}

int embed_add(struct embed *embed, uint32_t number, uint64_t address, uint64_t offset,
	      uint64_t length)
{
	const struct embed_file *file = &embed->files[number];
	uint64_t from = offset, to = end_of_file(file, offset + length), end;
	int error = 0;

	while (!error && (from = carried_up_to(embed, file->ranges, from)) < to) {
		end = next_carried(embed, file->ranges, from, to);
		error = carry(embed, number, address + (from - offset), from, end);
		from = end;
	}
	return error;
}
