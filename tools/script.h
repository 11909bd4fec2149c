/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first line of a script: who is to read it. */
#ifndef TOOLS_SCRIPT_H
#define TOOLS_SCRIPT_H

/* Zone: free.  As in the kernel's fs/binfmt_script.c. */

#include <stddef.h>

#define SCRIPT_HEAD 256		/* the kernel looks no further */

struct script {
	char interpreter[SCRIPT_HEAD];
	char argument[SCRIPT_HEAD];	/* everything behind it, as one; may be empty */
};

/* Reads the first `length` bytes of a file.  0, -ENOEXEC where this is no
 * script, or one whose first line the kernel does not take. */
int script_parse(const char *head, size_t length, struct script *script);

/* The program that a script of env(1) names, as in "#!/usr/bin/env -S python3 -u".
 * 0, or -ENOENT where the interpreter is not env, or nothing is certain. */
int script_env_program(const struct script *script, char name[SCRIPT_HEAD]);

#endif
