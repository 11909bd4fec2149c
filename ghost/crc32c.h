/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CRC32C (Castagnoli), the checksum of every record and chunk. */
#ifndef GHOST_CRC32C_H
#define GHOST_CRC32C_H

/* Zone: signal.  By the SSE4.2 instruction where the CPU has it, else by a table. */

#include <stddef.h>
#include <stdint.h>

/* Continues `crc` (0 to begin) over `size` bytes. */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/* The table-driven fallback by itself, for the tests. */
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t size);

#endif
