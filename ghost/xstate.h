/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extended registers in a signal frame: what is in them, and from one CPU's layout to another's. */
#ifndef GHOST_XSTATE_H
#define GHOST_XSTATE_H

/* Zone: signal.  The kernel leaves in a signal frame what XSAVE wrote, in the
 * standard format: where each component lies depends on the CPU, AMD's and
 * Intel's of the same features included (CPUID leaf 0xd; Intel SDM 1, 13.4).  A
 * frame of another layout is not refused by rt_sigreturn(2): whatever the
 * kernel does not find where it looks for it becomes zero, without a word. */

#include <stddef.h>
#include <stdint.h>

#include "machine.h"
#include "text.h"

#define XSTATE_LEGACY 3U	/* x87 and SSE, which lie in the same place everywhere */
#define XSTATE_LEAST 576U	/* their 512 bytes, and the header of the rest */

/* A set of components is a word with a bit for each, as XCR0.  Those that the
 * area of a frame has a value for; all others are in their initial state. */
uint64_t xstate_in_use(const void *area);

/* Names those of `in_use` that `here` lacks; returns how many. */
int xstate_missing(uint64_t in_use, const struct machine *here, struct text *names);

/* How many bytes an area translated for `here` takes at the most. */
size_t xstate_room(const struct machine *here);

/* Writes into `out`, of `room` bytes and on a boundary of 64, what rt_sigreturn
 * on the machine `to` makes the same registers of as on `from`.  `mxcsr` has the
 * bits of that register that may be set on `to`.
 * The length; or -EOPNOTSUPP for a compacted area, -ENODEV for a component in
 * use that `to` lacks, -EBADMSG for an area that contradicts itself or `from`,
 * -ENOSPC. */
long xstate_translate(const struct machine *from, const void *area, const struct machine *to,
		      uint32_t mxcsr, void *out, size_t room);

/* Which bits of MXCSR may be set on this CPU. */
uint32_t xstate_mxcsr_bits(void);

#endif
