/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the shim has to say: one line where it must, a log where it is asked for. */
#ifndef SHIM_REPORT_H
#define SHIM_REPORT_H

/* Zone: signal. */

#include <stddef.h>

#include "../ghost/sys.h"

/* Remembers what descriptor 2 is: only there is a line ever written.  A program
 * that opened a file or a connection as 2 later does not get our words in it. */
void report_remember(void);

/* "krgghost: " and the text and a new line, to standard error. */
void report_line(const char *text);

/* Between these two, writing brings no signal to the program that it would not have
 * had: neither SIGPIPE nor SIGXFSZ. */
struct report_hush {
	sys_sigset_t mask, waited;
	int blocked;	/* and `mask` is what was before */
};
void report_hush(struct report_hush *hush);
void report_unhush(const struct report_hush *hush);

/* Appends to the file of KRG_LOG, if there is one. */
void report_log(const char *text, size_t length);

#endif
