/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is still mapped from the ghost that the process was resumed from. */
#ifndef SHIM_LAZY_H
#define SHIM_LAZY_H

/* A lazily resumed program believes its memory to be anonymous.  Most calls treat
 * a private file mapping alike, but these do not: MADV_DONTNEED would bring the
 * ghost's bytes back where zeros are expected, MADV_FREE is refused, and mremap
 * would grow into the bytes that follow in the file.  Before such a call the
 * memory is made what it is believed to be.
 *
 * The list only says where to look; what is there now the kernel is asked. */

#include <stddef.h>
#include <stdint.h>

#include "../ghost/landing.h"

/* Zone: signal; by the first thread of a reborn process.  Takes over the list. */
void lazy_begin(const struct landing_range *ranges, size_t count);

/* Zone: wrapper.  Whether there is any such memory; whether this may be some.
 * Nearly always false, and then nothing else need be done. */
int lazy_any(void);
int lazy_touches(const void *address, size_t size);

/* Makes all of a range one piece of anonymous memory with the same content.  The
 * caller owns the range, as for mremap.  0 or -errno. */
int lazy_copy_in(void *address, size_t size);

/* Makes those parts of a range that are mapped from the ghost fresh zeros. */
int lazy_forget(void *address, size_t size);

#endif
