/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost verify: reads and unpacks every page of a ghost. */
#include <stdio.h>

#include "command.h"
#include "escape.h"
#include "summary.h"
#include "whole.h"
#include "words.h"

static void put_whole(const struct image *image, const char *path)
{
	char memory[WORDS_AMOUNT], file[WORDS_AMOUNT];
	struct summary summary;

	summary_make(image, &summary);
	escape_put_string(stdout, path);
	printf(": whole, %s of memory in %zu chunks, %s\n", words_amount(summary.stored, memory),
	       image->chunk_count, words_amount(image->trailer.file_size, file));
}

int command_verify(const char *path, struct failure *failure)
{
	struct image image;
	int result;

	if (image_open(&image, path))
		return failure_set(failure, COMMAND_DAMAGED, "%s", image.error);
	result = whole_check(&image, path, COMMAND_DAMAGED, failure);
	if (!result)
		put_whole(&image, path);
	image_close(&image);
	return result;
}
