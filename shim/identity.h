/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tells a mapped file from another of the same name. */
#ifndef SHIM_IDENTITY_H
#define SHIM_IDENTITY_H

/* Zone: signal. */

#include "../ghost/kind/process.h"
#include "maps.h"

/* Size, time and inode of the file at `path`; nothing is done where `file` is
 * already about this path.  0, or -errno, and then `file` is cleared. */
int identity_of(struct file_identity *file, const char *path);

/* Adds the build id, where the mapping shows the beginning of an ELF file. */
void identity_of_elf(struct file_identity *file, const struct mapping *mapping);

/* The vDSO is an ELF file in memory without a file behind it. */
void identity_of_vdso(struct file_identity *file, const struct mapping *mapping);

#endif
