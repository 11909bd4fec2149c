/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bounded text without stdio: build a line, read a number. */
#ifndef GHOST_TEXT_H
#define GHOST_TEXT_H

/* Zone: signal.  A text that does not fit is cut, stays terminated, and says
 * so in `cut`; nothing is ever written beyond `size`. */

#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t size;	/* of the buffer, terminator included */
	size_t length;	/* without the terminator */
	int cut;	/* something did not fit */
};

void text_open(struct text *text, char *buffer, size_t size);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_add_decimal(struct text *text, int64_t number);
void text_add_hex(struct text *text, uint64_t number);

/* The name of an errno value ("ENOSPC") with its usual explanation; a negative
 * value is taken as -errno. */
void text_add_error(struct text *text, int error);

/* The other way: the value of "ENOSPC", or 0 for a name that is not known. */
int text_find_error(const char *name);

/* Reads digits at *cursor and moves it behind them; 0 where there are none.
 * A number that does not fit 64 bits wraps: for text from the kernel only. */
uint64_t text_take_decimal(const char **cursor);
uint64_t text_take_hex(const char **cursor);

/* Reads `file` to its end into `data` and terminates it.  The length, or -errno;
 * -E2BIG where it does not fit. */
long text_read(int file, char *data, size_t size);

/* The place behind `word` in `line`, or NULL where line does not begin with it. */
const char *text_after(const char *line, const char *word);

#endif
