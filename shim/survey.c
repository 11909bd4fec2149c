/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would stop or weaken a ghost, told instead of making one. */
#include "survey.h"

#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "../ghost/kind/kinds.h"
#include "../ghost/mailbox.h"
#include "../ghost/medium.h"
#include "../ghost/sys.h"
#include "../ghost/text.h"
#include "place.h"

#define EFFECTIVE_IDS 0x200	/* AT_EACCESS */

void survey_tell(struct survey *survey, const char *words, int stops)
{
	char line[KIND_PATH + 512];
	struct text text;

	if (stops)
		survey->stops++;
	else
		survey->weakens++;
	text_open(&text, line, sizeof(line) - 1);
	text_add(&text, stops ? MAILBOX_STOPS : MAILBOX_WEAKENS);
	text_add(&text, words);
	/* One line each, whatever is in a file's name. */
	for (size_t i = 0; i < text.length; i++)
		if (line[i] == '\n')
			line[i] = '?';
	line[text.length++] = '\n';
	if (survey->size + text.length > MAILBOX_LIST ||
	    medium_file_write_at(survey->file, line, text.length,
				 sizeof(struct mailbox) + survey->size))
		return;
	survey->size += text.length;
}

void survey_object(struct survey *survey, const struct seen *seen, const struct kind *kind)
{
	int writes = (seen->flags & O_ACCMODE) != O_RDONLY;
	char line[KIND_PATH + 256];
	struct text text;

	if (!survey || (kind != &kind_outside && (kind != &kind_regular || !writes)))
		return;
	text_open(&text, line, sizeof(line));
	text_add(&text, "descriptor ");
	text_add_decimal(&text, seen->fd);
	text_add(&text, " (");
	text_add(&text, seen->target);
	if (kind == &kind_outside) {
		text_add(&text, "): leads out of the program and becomes descriptor ");
		text_add_decimal(&text, seen->fd);
		text_add(&text, " of krg-resume; give it another with --fd");
	} else {
		text_add(&text, "): is open for writing, and files are not in a ghost; keep what "
				"is written after it, or a copy from the same time");
	}
	survey_tell(survey, line, 0);
}

void survey_region(struct survey *survey, const struct region_ghost *region)
{
	char line[KIND_PATH + 256];
	struct text text;

	if (!survey || region->type != REGION_SHARED_FILE || !(region->prot & PROT_WRITE))
		return;
	text_open(&text, line, sizeof(line));
	text_add(&text, "memory ");
	text_add_hex(&text, region->start);
	text_add(&text, "-");
	text_add_hex(&text, region->end);
	text_add(&text, " (");
	text_add(&text, region->file.path);
	text_add(&text, "): is a file, which is not in a ghost; keep a copy from the same time");
	survey_tell(survey, line, 0);
}

static void tell_place(struct survey *survey, const char *name, int error)
{
	char line[KIND_PATH + 256];
	struct text text;

	text_open(&text, line, sizeof(line));
	text_add(&text, "the ghost ");
	text_add(&text, name);
	text_add(&text, " cannot be made there: ");
	text_add_error(&text, error);
	text_add(&text, "; choose another place");
	survey_tell(survey, line, 1);
}

static void tell_room(struct survey *survey, const char *name, uint64_t memory, uint64_t room)
{
	char line[KIND_PATH + 256];
	struct text text;

	text_open(&text, line, sizeof(line));
	text_add(&text, "the ghost ");
	text_add(&text, name);
	text_add(&text, " has room for ");
	text_add_decimal(&text, (int64_t)room);
	text_add(&text, " bytes, and ");
	text_add_decimal(&text, (int64_t)memory);
	text_add(&text, " bytes of memory must be packed into that; make room");
	survey_tell(survey, line, 0);
}

void survey_place(struct survey *survey, const char *name, uint64_t memory)
{
	int directory = place_directory(name);
	struct statfs status;
	int error = directory;

	if (directory >= 0) {
		error = (int)sys_call4(SYS_faccessat2, directory, ".", W_OK | X_OK, EFFECTIVE_IDS);
		if (!sys_call2(SYS_fstatfs, directory, &status) &&
		    (uint64_t)status.f_bavail * (uint64_t)status.f_bsize < memory)
			tell_room(survey, name, memory,
				  (uint64_t)status.f_bavail * (uint64_t)status.f_bsize);
		sys_close(directory);
	}
	if (error < 0)
		tell_place(survey, name, error);
}
