/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extended registers in the signal frames of stopped threads. */
#ifndef SHIM_FRAMES_H
#define SHIM_FRAMES_H

/* Zone: signal.  What knows the machine is in frames-x86_64.c; the layouts are
 * ghost/xstate.h's. */

#include <stdint.h>
#include <ucontext.h>

#include "../ghost/machine.h"

struct frames_state {
	struct machine machine;	/* that made the frames */
	uint64_t areas, size;	/* memory that frames were translated into, or 0 */
};

/* The state components that a frame has values for. */
uint64_t frames_in_use(const ucontext_t *frame);

/* While everything is stopped: notes how this CPU lays out the frames, for the
 * restart; and gives back what the last restart may have used. */
void frames_note(void);

/* In the reborn process, while every thread waits: where this CPU lays frames out
 * otherwise than the one that made them (or always, if `pretend`), each thread
 * gets an area that says the same here.  0 or -errno. */
int frames_revive(int pretend);

#endif
