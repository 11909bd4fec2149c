/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that a pattern of ghosts' names can mean. */
#include "candidates.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../ghost/image.h"

/* Folder by folder: `path` is what has been decided, `pattern` what is left. */
struct search {
	struct candidates *found;
	char path[PATH_MAX];
	struct pattern_values values;
	uint32_t known;
};

static int64_t creation_of(const char *path, const struct stat *status)
{
	struct image image;
	int64_t created = status->st_mtim.tv_sec;

	if (!image_open(&image, path))
		created = image.process->created;
	image_close(&image);
	return created;
}

static int add(struct search *search)
{
	struct candidates *found = search->found;
	struct candidate *list, *candidate;
	struct stat status;

	if (lstat(search->path, &status) || !S_ISREG(status.st_mode))
		return 0;
	list = reallocarray(found->list, found->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	found->list = list;
	candidate = &list[found->count];
	candidate->path = strdup(search->path);
	if (!candidate->path)
		return -ENOMEM;
	candidate->number = search->known & PATTERN_NUMBER ? search->values.number : 0;
	candidate->changed = status.st_mtim;
	candidate->created = creation_of(search->path, &status);
	found->count++;
	return 0;
}

static int walk(struct search *search, const char *pattern);

/* One entry of the folder that search->path is. */
static int enter(struct search *search, const char *name, const char *pattern, size_t length)
{
	struct pattern_values values = search->values;
	uint32_t known = search->known;
	size_t end = strlen(search->path);
	int error = 0;

	if (pattern_match(pattern, (uint32_t)length, name, &search->values, &search->known) &&
	    end + strlen(name) + 2 < sizeof(search->path)) {
		snprintf(search->path + end, sizeof(search->path) - end, "/%s", name);
		error = pattern[length] ? walk(search, pattern + length + 1) : add(search);
		search->path[end] = '\0';
	}
	search->values = values;
	search->known = known;
	return error;
}

/* `pattern` begins behind a slash.  A folder that is missing holds nothing. */
static int walk(struct search *search, const char *pattern)
{
	size_t length = strcspn(pattern, "/");
	struct dirent *entry;
	int error = 0;
	DIR *folder;

	/* Names with no percent sign need no look, and ".." is none that is listed. */
	if (!memchr(pattern, '%', length) && pattern[length]) {
		size_t end = strlen(search->path);

		if (length && end + length + 2 < sizeof(search->path))
			snprintf(search->path + end, sizeof(search->path) - end, "/%.*s",
				 (int)length, pattern);
		error = walk(search, pattern + length + 1);
		search->path[end] = '\0';
		return error;
	}
	folder = opendir(*search->path ? search->path : "/");
	if (!folder)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	while (!error && (entry = readdir(folder)))
		error = enter(search, entry->d_name, pattern, length);
	closedir(folder);
	return error;
}

static int by_age(const void *one, const void *other)
{
	const struct candidate *a = one, *b = other;

	if (a->created != b->created)
		return a->created < b->created ? 1 : -1;
	if (a->number != b->number)
		return a->number < b->number ? 1 : -1;
	if (a->changed.tv_sec != b->changed.tv_sec)
		return a->changed.tv_sec < b->changed.tv_sec ? 1 : -1;
	if (a->changed.tv_nsec != b->changed.tv_nsec)
		return a->changed.tv_nsec < b->changed.tv_nsec ? 1 : -1;
	return strcmp(a->path, b->path);
}

int candidates_find(const char *pattern, const struct pattern_values *values,
		    struct candidates *candidates)
{
	struct search search = { .found = candidates, .values = *values };
	int error;

	*candidates = (struct candidates){ 0 };
	error = walk(&search, pattern + 1);
	if (error) {
		candidates_free(candidates);
		return error;
	}
	if (candidates->count)
		qsort(candidates->list, candidates->count, sizeof(*candidates->list), by_age);
	return 0;
}

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		free(candidates->list[i].path);
	free(candidates->list);
	*candidates = (struct candidates){ 0 };
}

int candidates_folder(const char *pattern, const struct pattern_values *values, char *folder,
		      size_t size)
{
	char part[PATTERN_PATH];
	size_t length = 0;

	/* Up to the last slash before a number that can be any. */
	for (const char *cursor = pattern; *cursor; cursor++) {
		if (*cursor == '/')
			length = (size_t)(cursor - pattern);
		if (*cursor != '%' || !cursor[1])
			continue;
		if (strchr("pnt", *++cursor))
			break;
	}
	if (!length)
		length = 1;
	memcpy(part, pattern, length);
	part[length] = '\0';
	return pattern_expand(part, values, folder, (uint32_t)size);
}
