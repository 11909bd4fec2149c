/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first line of a script: who is to read it. */
#include "script.h"

#include <errno.h>
#include <string.h>

#define BLANKS " \t"

int script_parse(const char *head, size_t length, struct script *script)
{
	char line[SCRIPT_HEAD + 1];
	char *interpreter, *argument;
	size_t end;

	if (length > SCRIPT_HEAD)
		length = SCRIPT_HEAD;
	if (length < 2 || memcmp(head, "#!", 2))
		return -ENOEXEC;
	memcpy(line, head, length);
	line[length] = '\0';
	end = strcspn(line, "\n");
	interpreter = line + 2 + strspn(line + 2, BLANKS);
	argument = interpreter + strcspn(interpreter, BLANKS "\n");
	/* An interpreter that fills the line to the end was perhaps cut: not believed. */
	if (argument == interpreter || argument == line + SCRIPT_HEAD)
		return -ENOEXEC;
	line[end] = '\0';
	if (*argument)
		*argument++ = '\0';
	strcpy(script->interpreter, interpreter);
	strcpy(script->argument, argument + strspn(argument, BLANKS));
	return 0;
}

int script_env_program(const struct script *script, char name[SCRIPT_HEAD])
{
	const char *slash = strrchr(script->interpreter, '/');
	const char *word = script->argument;
	size_t length;

	if (strcmp(slash ? slash + 1 : script->interpreter, "env"))
		return -ENOENT;
	if (!strncmp(word, "-S", 2)) {
		word += 2;
		word += strspn(word, BLANKS);
	}
	for (;; word += length + strspn(word + length, BLANKS)) {
		length = strcspn(word, BLANKS);
		if (!memchr(word, '=', length))
			break;
	}
	/* Other options of env may take values, and its quotes are a language. */
	if (!length || word[0] == '-' || strcspn(word, "'\"\\$#") < length)
		return -ENOENT;
	memcpy(name, word, length);
	name[length] = '\0';
	return 0;
}
