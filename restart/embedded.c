/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mapped files that come out of the ghost, because those on disk are others by now. */
#include "embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../ghost/index.h"
#include "../ghost/sys.h"
#include "../ghost/text.h"

#define PAGE 4096ULL
#define NAME_MOST 249	/* of memfd_create(2) */

/* Linux 6.3; Debian 12's headers are older. */
#define NOEXEC_SEAL 0x8U
#define EXEC 0x10U

static void note_region(struct embedded_file *file, const struct region_ghost *region)
{
	uint64_t shown = region->offset + (region->end - region->start);

	if (!file->region)
		file->region = region;
	if (file->shown < shown)
		file->shown = shown;
}

int embedded_open(struct embedded *embedded, const struct image *image)
{
	memset(embedded, 0, sizeof(*embedded));
	embedded->image = image;
	/* image.c has compared the numbers with what there may be. */
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type == REGION_FILE &&
		    image->regions[i].object >= embedded->count)
			embedded->count = image->regions[i].object + 1;
	embedded->files = calloc(embedded->count + 1, sizeof(*embedded->files));
	if (!embedded->files)
		return -ENOMEM;
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type == REGION_FILE && image->regions[i].object)
			note_region(&embedded->files[image->regions[i].object], &image->regions[i]);
	return 0;
}

struct embedded_file *embedded_behind(const struct embedded *embedded,
				      const struct region_ghost *region)
{
	if (region->type != REGION_FILE || !region->object || !embedded->files[region->object].used)
		return NULL;
	return &embedded->files[region->object];
}

/* Up to the end of what the ghost has of it. */
static uint64_t carried_size(const struct image *image, uint32_t number)
{
	size_t behind = index_find(image->chunks, image->chunk_count, (CHUNK_FILE | number) + 1, 0);
	const struct chunk *last = behind ? &image->chunks[behind - 1] : NULL;

	return last && last->owner == (CHUNK_FILE | number) ? last->address + last->length : 0;
}

/* As long as the file was: what is mapped beyond that is to give SIGBUS.  The ghost
 * does not know it where the name was gone, and nothing is missed if it is longer. */
static uint64_t file_size(const struct embedded_file *file)
{
	uint64_t size = file->region->file.size;

	return (size + PAGE - 1) / PAGE * PAGE < file->size ? file->shown : size;
}

/* The tail of a path that is too long, so that at least the base name is seen. */
static int create(const char *path)
{
	const char *prefix = &REGION_EMBEDDED[strlen("/memfd:")];
	size_t length = strlen(path), most = NAME_MOST - strlen(prefix);
	char name[NAME_MOST + 1];
	struct text text;
	int file;

	text_open(&text, name, sizeof(name));
	text_add(&text, prefix);
	text_add(&text, length > most ? path + length - most : path);
	/* It may have to be /proc/self/exe, for which it must be executable; where the
	 * system forbids that (vm.memfd_noexec) it can still be mapped so. */
	file = memfd_create(name, MFD_CLOEXEC | EXEC);
	if (file < 0 && errno == EACCES)
		file = memfd_create(name, MFD_CLOEXEC | NOEXEC_SEAL);
	if (file < 0 && errno == EINVAL)
		file = memfd_create(name, MFD_CLOEXEC);
	return file < 0 ? -errno : file;
}

/* Mapped from a descriptor that cannot write: else it could not be executed, nor
 * be /proc/self/exe (ETXTBSY), as long as the program has it mapped. */
static int reopen(int file)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	file = open(path, O_RDONLY | O_CLOEXEC);
	return file < 0 ? -errno : file;
}

static int make_one(struct embedded_file *file)
{
	file->filler = create(file->region->file.path);
	if (file->filler < 0)
		return file->filler;
	file->file = reopen(file->filler);
	if (file->file < 0)
		return file->file;
	return ftruncate(file->filler, (off_t)file_size(file)) ? -errno : 0;
}

int embedded_make(const struct embedded *embedded, const char **path)
{
	int error = 0;

	for (uint32_t i = 1; i < embedded->count && !error; i++) {
		struct embedded_file *file = &embedded->files[i];

		if (!file->used)
			continue;
		*path = file->region->file.path;
		file->size = carried_size(embedded->image, i);
		error = file->size > file->shown ? -EBADMSG : make_one(file);
	}
	return error;
}

int embedded_map(const struct embedded *embedded, const char **path)
{
	for (uint32_t i = 1; i < embedded->count; i++) {
		struct embedded_file *file = &embedded->files[i];

		if (!file->used || !file->size)
			continue;
		*path = file->region->file.path;
		file->window = sys_mmap(NULL, file->size, PROT_READ | PROT_WRITE, MAP_SHARED,
					file->filler, 0);
		if (sys_failed(file->window)) {
			int error = (int)(intptr_t)file->window;

			file->window = NULL;
			return error;
		}
	}
	return 0;
}

void embedded_release(const struct embedded *embedded)
{
	for (uint32_t i = 1; i < embedded->count; i++) {
		struct embedded_file *file = &embedded->files[i];

		if (file->window)
			sys_munmap(file->window, file->size);
		file->window = NULL;
		if (file->used) {
			sys_close(file->filler);
			sys_close(file->file);
		}
	}
}

static struct embedded_file *file_of(const struct embedded *embedded, const struct chunk *chunk)
{
	uint32_t number = chunk->owner & ~CHUNK_FILE;

	return number < embedded->count ? &embedded->files[number] : NULL;
}

char *embedded_place(const struct embedded *embedded, const struct chunk *chunk)
{
	const struct embedded_file *file = file_of(embedded, chunk);

	if (!file || !file->window || chunk->address + chunk->length > file->size)
		return NULL;
	return file->window + chunk->address;
}

int embedded_spare(const struct embedded *embedded, const struct chunk *chunk)
{
	const struct embedded_file *file = file_of(embedded, chunk);

	return CHUNK_IS_FILE(chunk->owner) && file && !file->used;
}

const char *embedded_path(const struct embedded *embedded, const struct chunk *chunk)
{
	const struct embedded_file *file =
		CHUNK_IS_FILE(chunk->owner) ? file_of(embedded, chunk) : NULL;

	return file && file->region ? file->region->file.path : "";
}
