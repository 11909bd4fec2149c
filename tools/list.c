/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost list: the ghosts in a directory, one line each. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../ghost/text.h"
#include "command.h"
#include "escape.h"
#include "magic.h"
#include "when.h"
#include "words.h"

#define NAME_COLUMNS    28
#define PROGRAM_COLUMNS 15

static int has_suffix(const char *name)
{
	size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, ".ghost");
}

static int is_regular(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISREG(status.st_mode);
}

/* A ghost by its name, or by its first bytes whatever its name. */
static int is_listed(const char *path, const char *name)
{
	int fd;

	if (has_suffix(name))
		return is_regular(path);
	fd = magic_open(path, 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Writes a column, at least one space included. */
static void put_column(const char *text, int columns)
{
	int taken = escape_put_string(stdout, text);

	printf("%*s", taken < columns ? columns - taken + 1 : 1, "");
}

static void put_whole(const struct image *image)
{
	char size[WORDS_AMOUNT], when[WHEN_SIZE];

	put_column(image->process->name, PROGRAM_COLUMNS);
	printf("%7u  %.16s  %10s\n", image->process->pid, when_text(image->process->created, when),
	       words_amount(image->trailer.file_size, size));
}

/* What image_open() says begins with the path, which stands on the line already. */
static void put_damaged(const struct image *image, const char *path)
{
	const char *reason = text_after(image->error, path);

	escape_put_string(stdout, reason ? reason + strlen(": ") : image->error);
	putchar('\n');
}

static void put_entry(const char *path, const char *name)
{
	struct image image;
	int error = image_open(&image, path);

	put_column(name, NAME_COLUMNS);
	if (error)
		put_damaged(&image, path);
	else
		put_whole(&image);
	image_close(&image);
}

static void list_entry(const char *directory, const char *name)
{
	char *path = NULL;
	int here = !strcmp(directory, ".");

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return;
	if (is_listed(path, name))
		put_entry(path, here ? name : path);
	free(path);
}

int command_list(const char *directory, struct failure *failure)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, NULL, alphasort);

	if (count < 0)
		return failure_set(failure, COMMAND_DAMAGED, "%s: cannot read this directory: %s",
				   directory, strerror(errno));
	for (int i = 0; i < count; i++) {
		list_entry(directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
