/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tells a mapped file from another of the same name. */
#include "identity.h"

#include <string.h>
#include <sys/mman.h>

#include "../ghost/elf_note.h"
#include "../ghost/kind/regular.h"
#include "../ghost/sys.h"

int identity_of(struct file_identity *file, const char *path)
{
	struct stat stat;
	int error;

	if (!strcmp(file->path, path))
		return 0;
	memset(file, 0, sizeof(*file));
	error = (int)sys_call2(SYS_stat, path, &stat);
	if (error)
		return error;
	strcpy(file->path, path);
	file_identity_from(file, &stat);
	return 0;
}

void identity_of_elf(struct file_identity *file, const struct mapping *mapping)
{
	if (mapping->offset || !(mapping->prot & PROT_READ) || file->build_id_length)
		return;
	/* What lies behind the end of the file cannot be read, mapped or not. */
	if (file->size < mapping->end - mapping->start && file->size < 4096)
		return;
	file->build_id_length = elf_build_id((const unsigned char *)(uintptr_t)mapping->start,
					     mapping->end - mapping->start < file->size
						     ? mapping->end - mapping->start
						     : file->size,
					     file->build_id, sizeof(file->build_id));
}

void identity_of_vdso(struct file_identity *file, const struct mapping *mapping)
{
	file->size = mapping->end - mapping->start;
	file->build_id_length = elf_build_id((const unsigned char *)(uintptr_t)mapping->start,
					     file->size, file->build_id, sizeof(file->build_id));
}
