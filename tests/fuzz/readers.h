/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything else that takes bytes from outside apart: texts of /proc, variables, records. */
#ifndef TESTS_FUZZ_READERS_H
#define TESTS_FUZZ_READERS_H

#include <stddef.h>
#include <stdint.h>

struct reader {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
	const char *seed; /* something whole to begin with … */
	size_t (*make_seed)(unsigned char *bytes, size_t room); /* … or made here */
};

extern const struct reader readers[]; /* ends without a name */

/* With the reader that FUZZ_READER names. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
