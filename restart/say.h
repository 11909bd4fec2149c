/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-resume's own words, on standard error. */
#ifndef RESTART_SAY_H
#define RESTART_SAY_H

#define SAY_FAILED 125	/* exit status when krg-resume itself failed, as env(1) */

/* Another name than krg-resume begins the lines. */
void say_as(const char *name);

/* "krg-resume: …" and exit with SAY_FAILED, without running exit handlers. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* What die() does before it exits, or NULL for nothing. */
void die_first(void (*undo)(void));

/* "krg-resume: …" */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
