/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ghost file, however broken, read to its end. */
#ifndef TESTS_FUZZ_IMAGE_H
#define TESTS_FUZZ_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/* What has been reached so far: a fuzzer that never gets in tests nothing. */
struct fuzz_reached {
	unsigned long opened, refused;
	unsigned long pages, damaged_pages;
	unsigned long descriptions;
};
extern struct fuzz_reached fuzz_reached;

/* Reads the bytes as a ghost file, as they are and with their checksums put
 * right.  Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
