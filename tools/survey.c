/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-checkpoint --dry-run: what would stop or weaken a ghost, for people. */
#include "survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errand.h"
#include "words.h"

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

/* Prints the lines, and returns how many there were. */
static uint32_t print_lines(char *list)
{
	uint32_t count = 0;

	for (char *line = list; *line; count++) {
		char *end = strchrnul(line, '\n');
		int last = !*end;

		*end = '\0';
		words_plain(line);
		puts(line);
		line = last ? end : end + 1;
	}
	return count;
}

static int print(const struct box *box, const struct mailbox *answer, struct failure *failure)
{
	char *list = malloc(MAILBOX_LIST + 1);
	uint32_t told, all = answer->stops + answer->weakens;

	if (!list || box_read_list(box, answer, list)) {
		free(list);
		return failure_set(failure, TARGET_REFUSED, "the answer cannot be read");
	}
	told = print_lines(list);
	free(list);
	if (told < all)
		printf("and %u more\n", all - told);
	return 0;
}

int survey_print(const struct box *box, struct mailbox *answer, pid_t pid, int quiet,
		 struct failure *failure)
{
	char size[WORDS_AMOUNT];

	words_plain(answer->ghost);
	if (!quiet && print(box, answer, failure))
		return -1;
	if (!quiet && !answer->stops)
		printf("process %d: a ghost can be made, %u thing%s would weaken it: %s, %s before "
		       "it is packed\n",
		       (int)pid, answer->weakens, plural(answer->weakens), answer->ghost,
		       words_amount(answer->bytes_total, size));
	if (fflush(stdout))
		return failure_set(failure, TARGET_REFUSED, "stdout: %m");
	if (!answer->stops)
		return 0;
	return failure_set(failure, ERRAND_FAILED,
			   "process %d: no ghost can be made: %u thing%s stop%s it", (int)pid,
			   answer->stops, plural(answer->stops), answer->stops == 1 ? "s" : "");
}
