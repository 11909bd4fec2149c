/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory as programs have it: text, records with pointers, noise, zeros, and nothing at all. */
#ifndef BENCH_CONTENT_H
#define BENCH_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#define PIECE (1UL << 20)

/* `pieces` pieces of anonymous memory, six tenths compressible, two tenths noise,
 * one tenth zeros, one tenth never touched; no two pages of it are alike. */
unsigned char *content_make(size_t pieces);

/* Whether a piece holds something else than zeros. */
int content_holds_data(size_t piece);

/* A checksum in which each word has its own weight.  content_change() is for a
 * word that changes: it returns what is to be added to the checksum. */
uint64_t content_sum(const unsigned char *memory, size_t pieces);
uint64_t content_change(unsigned char *memory, size_t word, uint64_t value);

#endif
