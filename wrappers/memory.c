/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that tell memory mapped from a ghost from the anonymous memory it stands for. */
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>

#include "../shim/lazy.h"
#include "real.h"

/* Zone: wrapper.  All of them are one comparison but in a program that was
 * resumed lazily; shim/lazy.h says why they are there. */

#define EXPORT __attribute__((visibility("default")))

EXPORT int madvise(void *address, size_t size, int advice)
{
	int error;

	if (!lazy_touches(address, size) || (advice != MADV_DONTNEED && advice != MADV_FREE))
		return real_get()->madvise(address, size, advice);
	error = lazy_forget(address, size);
	if (error) {
		errno = -error;
		return -1;
	}
	return real_get()->madvise(address, size, advice);
}

EXPORT void *mremap(void *address, size_t old_size, size_t new_size, int flags, ...)
{
	va_list list;
	void *wanted;

	va_start(list, flags);
	wanted = flags & MREMAP_FIXED ? va_arg(list, void *) : NULL;
	va_end(list);
	if (lazy_touches(address, old_size)) {
		int error = lazy_copy_in(address, old_size);

		if (error) {
			errno = -error;
			return MAP_FAILED;
		}
	}
	return real_get()->mremap(address, old_size, new_size, flags, wanted);
}

/* libc gives blocks from here on a mapping of their own (mallopt(3),
 * M_MMAP_THRESHOLD; half of its least default). */
#define LARGE (64U << 10)

/* libc's realloc calls its own mremap for large blocks, past the wrapper above. */
static void prepare_block(void *block, size_t size)
{
	size_t usable;

	if (!block || !lazy_any())
		return;
	usable = malloc_usable_size(block);
	if (usable >= LARGE && usable < size && lazy_touches(block, usable))
		lazy_copy_in((char *)block - 2 * sizeof(size_t), usable + 2 * sizeof(size_t));
}

EXPORT void *realloc(void *block, size_t size)
{
	prepare_block(block, size);
	return real_get()->realloc(block, size);
}

EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
	prepare_block(block, SIZE_MAX);
	return real_get()->reallocarray(block, count, size);
}
