/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts the checksums of a broken ghost right, so that what lies behind them is tried. */
#ifndef TESTS_FUZZ_RESEAL_H
#define TESTS_FUZZ_RESEAL_H

#include <stddef.h>

/* Also its magics and the size that it gives for itself.  Everything else stays,
 * however wrong; bytes that are too few stay too. */
void reseal(unsigned char *bytes, size_t size);

#endif
