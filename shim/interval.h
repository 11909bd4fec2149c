/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KRG_INTERVAL: a timer of the kernel's that asks for checkpoints. */
#ifndef SHIM_INTERVAL_H
#define SHIM_INTERVAL_H

/* Zone: signal.  No thread and no child: a timer of timer_create(2) that sends
 * our signal.  It runs down once and is set again after each checkpoint, so
 * checkpoints that take long do not pile up. */

#include <signal.h>

/* Where the timer gets its number. */
enum interval_place {
	INTERVAL_APART,		/* the highest, which leaves the program's own as they are */
	INTERVAL_ANYWHERE,	/* the next: before Linux 6.15 there is no choice */
};

/* Makes the timer and starts it, if one is wanted.  0 or -errno. */
int interval_begin(enum interval_place place);

/* From now on the whole interval again. */
void interval_again(void);

/* In a forked child, which has not inherited the timer. */
void interval_forget(void);

/* Whether the interval is over and has not begun again. */
int interval_has_ended(void);

/* Whether the signal is from the timer; the number of that timer, or -1. */
int interval_has_sent(const siginfo_t *info);
int interval_timer(void);

#endif
