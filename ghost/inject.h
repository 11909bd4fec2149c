/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls of a checkpoint that fail on purpose, for tests (KRG_FAIL). */
#ifndef GHOST_INJECT_H
#define GHOST_INJECT_H

/* Zone: signal.  Files compiled with SYS_INJECTED ask before each of their system
 * calls whether it is the one that is to fail (ghost/sys.h): those of the checkpoint,
 * not wrappers, not the restart.  All tasks of a checkpoint share the memory, so
 * they are counted together.  doc/testing.md says what can be asked for. */

#include <stddef.h>
#include <stdint.h>

/* A checkpoint is under way, and KRG_FAIL has something in mind. */
extern uint32_t inject_armed;

/* What KRG_FAIL asks for; NULL for nothing.  0, or -EINVAL. */
int inject_parse(const char *value);

/* A checkpoint of process `pid` begins, or is over. */
void inject_begin(int pid);
void inject_end(void);

/* Said by a helper task of the leader's when it begins. */
enum inject_helper {
	INJECT_STOPPER,
	INJECT_SCRIBE,
	INJECT_WORKER, /* a helper of the scribe's; need not say so */
};
void inject_helper_begins(enum inject_helper helper);

/* What the last checkpoint met, as a line for the log; 0 without KRG_FAIL. */
size_t inject_tell(char *line, size_t size);

/* In a process that a fork or a restart made in the middle of one. */
void inject_forget(void);

/* 0: the call is to be made.  Else what it is to return. */
long inject_failure(long number, long first, long second);

#endif
