/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first code of ours that runs in a reborn process. */
#ifndef SHIM_RESUME_H
#define SHIM_RESUME_H

/* The contract with krg-resume is ghost/landing.h. */

#include "../ghost/landing.h"

/* Entered by a jump from the landing zone, by every task that is to be a thread
 * of the program, on the stack of its slot and without TLS. */
void resume_entry(struct landing *landing, uint64_t slot) __attribute__((noreturn));

#endif
