/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The address space as /proc/self/smaps tells it. */
#include "maps.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "../ghost/kind/region.h"
#include "../ghost/lines.h"
#include "../ghost/sys.h"

/* fs/proc/task_mmu.c, show_smap_vma_flags() */
static const struct {
	char code[3];
	uint32_t flag;
} codes[] = {
	{ "gd", REGION_GROWSDOWN },   { "nr", REGION_NORESERVE },
	{ "lo", REGION_LOCKED },      { "lf", REGION_LOCK_ON_FAULT },
	{ "hg", REGION_HUGEPAGE },    { "nh", REGION_NOHUGEPAGE },
	{ "dc", REGION_DONTFORK },    { "wf", REGION_WIPEONFORK },
	{ "dd", REGION_DONTDUMP },    { "mg", REGION_MERGEABLE },
	{ "sr", REGION_SEQUENTIAL },  { "rr", REGION_RANDOM },
	{ "ht", REGION_HUGETLB },     { "mw", REGION_SHARED_WRITE },
};

/* "7f23c73bd000-7f23c73c7000 r--p …": details begin with a capital letter. */
int maps_is_start(const char *line)
{
	return (*line >= '0' && *line <= '9') || (*line >= 'a' && *line <= 'f');
}

/* The kernel writes a new line in a name as \012 and nothing else so. */
static void take_path(const char *from, struct mapping *mapping)
{
	static const char mark[] = " (deleted)";
	size_t length = 0;

	while (*from && length < sizeof(mapping->path) - 1) {
		if (!strncmp(from, "\\012", 4)) {
			mapping->path[length++] = '\n';
			from += 4;
		} else {
			mapping->path[length++] = *from++;
		}
	}
	mapping->path[length] = '\0';
	mapping->deleted = length >= sizeof(mark) &&
			   !strcmp(mapping->path + length - (sizeof(mark) - 1), mark);
	if (mapping->deleted)
		mapping->path[length - (sizeof(mark) - 1)] = '\0';
}

/* A hexadecimal number and the character that must follow it. */
static int take_hex(const char **cursor, char behind, uint64_t *number)
{
	*number = text_take_hex(cursor);
	if (**cursor != behind)
		return -EINVAL;
	++*cursor;
	return 0;
}

static int take_mode(const char **cursor, struct mapping *mapping)
{
	const char *mode = *cursor;

	if (strnlen(mode, 5) < 5 || mode[4] != ' ')
		return -EINVAL;
	mapping->prot = (mode[0] == 'r' ? PROT_READ : 0) | (mode[1] == 'w' ? PROT_WRITE : 0) |
			(mode[2] == 'x' ? PROT_EXEC : 0);
	mapping->shared = mode[3] == 's';
	*cursor += 5;
	return 0;
}

int maps_parse_start(const char *line, struct mapping *mapping)
{
	const char *cursor = line;
	uint64_t major, minor;

	memset(mapping, 0, offsetof(struct mapping, path));
	if (take_hex(&cursor, '-', &mapping->start) || take_hex(&cursor, ' ', &mapping->end) ||
	    take_mode(&cursor, mapping) || take_hex(&cursor, ' ', &mapping->offset) ||
	    take_hex(&cursor, ':', &major) || take_hex(&cursor, ' ', &minor))
		return -EINVAL;
	mapping->device = makedev((unsigned int)major, (unsigned int)minor);
	mapping->inode = text_take_decimal(&cursor);
	while (*cursor == ' ')
		cursor++;
	take_path(cursor, mapping);
	return 0;
}

static void parse_flags(const char *cursor, struct mapping *mapping)
{
	for (; strlen(cursor) >= 2; cursor += cursor[2] ? 3 : 2) {
		for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
			if (!strncmp(cursor, codes[i].code, 2))
				mapping->flags |= codes[i].flag;
		if (!strncmp(cursor, "io", 2) || !strncmp(cursor, "pf", 2))
			mapping->special = 1;
		if (!strncmp(cursor, "ss", 2))
			mapping->shadow_stack = 1;
		if (!strncmp(cursor, "um", 2) || !strncmp(cursor, "uw", 2) ||
		    !strncmp(cursor, "ui", 2))
			mapping->userfault = 1;
	}
}

static uint64_t padded_decimal(const char *cursor)
{
	while (*cursor == ' ')
		cursor++;
	return text_take_decimal(&cursor);
}

void maps_parse_detail(const char *line, struct mapping *mapping)
{
	const char *cursor;

	if ((cursor = text_after(line, "VmFlags: "))) {
		parse_flags(cursor, mapping);
	} else if ((cursor = text_after(line, "Swap:"))) {
		mapping->swapped = padded_decimal(cursor);
	} else if ((cursor = text_after(line, "ProtectionKey:"))) {
		mapping->key = (uint32_t)padded_decimal(cursor);
	}
}

struct reading {
	struct mapping *mapping;
	int open;	/* a mapping has begun and has not been visited */
	int (*visit)(struct mapping *mapping, void *argument);
	void *argument;
};

static int finish(struct reading *reading)
{
	if (!reading->open)
		return 0;
	reading->open = 0;
	return reading->visit(reading->mapping, reading->argument);
}

static int take_line(char *line, void *argument)
{
	struct reading *reading = argument;
	int result;

	if (!maps_is_start(line)) {
		maps_parse_detail(line, reading->mapping);
		return 0;
	}
	result = finish(reading);
	if (!result)
		result = maps_parse_start(line, reading->mapping);
	reading->open = !result;
	return result;
}

int maps_each(int smaps, struct mapping *mapping, char *buffer, size_t size,
	      int (*visit)(struct mapping *mapping, void *argument), void *argument)
{
	struct reading reading = { .mapping = mapping, .visit = visit, .argument = argument };
	int file = sys_open(smaps ? "/proc/self/smaps" : "/proc/self/maps", O_RDONLY | O_CLOEXEC,
			    0);
	int result;

	if (file < 0)
		return file;
	result = lines_each(file, buffer, size, take_line, &reading);
	sys_close(file);
	return result ? result : finish(&reading);
}
