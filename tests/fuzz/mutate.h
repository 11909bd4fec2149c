/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breaks a file in ways that have broken readers before; the same way for the same seed. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Places that are to be hit equally often, however small they are. */
struct mutate_section {
	size_t offset, size;
};

/* Changes `bytes`, which hold `size` and have room for `room`.  The new size. */
size_t mutate(unsigned char *bytes, size_t size, size_t room, uint64_t seed,
	      const struct mutate_section *sections, size_t count);

#endif
