/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The build id in the first bytes of an ELF file. */
#ifndef GHOST_ELF_NOTE_H
#define GHOST_ELF_NOTE_H

/* Zone: signal. */

#include <stddef.h>
#include <stdint.h>

/* Looks for NT_GNU_BUILD_ID in `size` bytes from the beginning of a file; the
 * bytes are not trusted.  Returns its length, 0 where there is none. */
uint32_t elf_build_id(const unsigned char *data, size_t size, uint8_t *id, size_t room);

#endif
