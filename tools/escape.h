/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text out of a ghost, for a terminal: what does not print is shown as C writes it. */
#ifndef TOOLS_ESCAPE_H
#define TOOLS_ESCAPE_H

/* Zone: free.  What prints depends on the locale; without setlocale() that is ASCII. */

#include <stddef.h>
#include <stdio.h>

/* Writes the text and returns how many columns it takes. */
int escape_put(FILE *file, const char *bytes, size_t size);
int escape_put_string(FILE *file, const char *string);

/* The same within double quotes where a shell would not take it for one word. */
int escape_put_argument(FILE *file, const char *bytes, size_t size);

#endif
