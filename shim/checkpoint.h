/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A checkpoint from the stop of all threads to their release. */
#ifndef SHIM_CHECKPOINT_H
#define SHIM_CHECKPOINT_H

/* Zone: signal. */

#include <stdint.h>

#include "slot.h"

/* Notes what is asked for: by the one who becomes the leader, or while a
 * checkpoint is under way. */
void checkpoint_request(uint32_t mailbox);

/* The one who became the leader has no slot to lead from: tells whoever asked. */
void checkpoint_impossible(void);

/* The leader, on its slot's stack: makes the checkpoint, and those asked for
 * meanwhile, and goes on.  anchor.leader is its own already. */
void checkpoint_lead(struct slot *slot);

#endif
