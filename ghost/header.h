/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first page and the last bytes of a ghost file. */
#ifndef GHOST_HEADER_H
#define GHOST_HEADER_H

/* Zone: signal.  The first page says whether this reader and this machine can
 * deal with the file at all; the trailer says where everything else lies. */

#include <stdint.h>

#include "ghost.h"
#include "machine.h"

#define HEADER_SIZE 4096
#define HEADER_FORMAT 1		/* raised when an old reader would misread a new file */
#define TRAILER_SIZE 64
#define MACHINE_X86_64 62	/* EM_X86_64 */

struct header {
	uint32_t format;
	uint32_t machine;
	uint32_t page_size;
	struct machine cpu;
	uint64_t anchor;	/* address of the shim's root in the program */
	uint64_t entry;		/* where the restored process continues, in the shim */
	uint32_t contract;	/* LANDING_CONTRACT of that shim */
};

struct trailer {
	uint64_t records_offset, records_size;
	uint64_t index_offset, index_count;
	uint32_t index_crc;
	uint64_t file_size;
};

/* 0 where the file begins as a ghost does, whole or not; -ENOEXEC, or -errno. */
int header_look(int fd);

/* Both pack into or unpack from a page and the last 64 bytes.  Arriving,
 * -ENOEXEC for what is not a ghost, -EPROTONOSUPPORT for a format of the
 * future, -EBADMSG for a bad checksum. */
int header_pack(const struct header *header, unsigned char page[HEADER_SIZE]);
int header_unpack(struct header *header, const unsigned char page[HEADER_SIZE]);
int trailer_pack(const struct trailer *trailer, unsigned char bytes[TRAILER_SIZE]);
int trailer_unpack(struct trailer *trailer, const unsigned char bytes[TRAILER_SIZE]);

#endif
