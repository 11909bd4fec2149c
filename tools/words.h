/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people read and type: amounts, names from elsewhere, paths. */
#ifndef TOOLS_WORDS_H
#define TOOLS_WORDS_H

/* Zone: free. */

#include <stddef.h>
#include <stdint.h>

#define WORDS_AMOUNT 24

/* "731 B", "12.3 MiB"; returns `buffer`. */
const char *words_amount(uint64_t bytes, char buffer[WORDS_AMOUNT]);

/* Makes control characters visible as '?': file names and messages of other
 * programs must not give orders to the terminal, nor make a second line. */
void words_plain(char *text);

/* `path` as seen from the root: a relative one begins in the current directory.
 * Nothing is resolved.  0, or -errno (-ENAMETOOLONG where it does not fit). */
int words_absolute(const char *path, char *absolute, size_t size);

#endif
