/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Refusals: what a checkpoint cannot carry, by name, with its cure. */
#include "refuse.h"

#include <errno.h>

#include "report.h"
#include "survey.h"

static int finish(struct refusals *refusals, struct text *text, const char *what, const char *cure)
{
	text_add(text, what);
	text_add(text, " cannot be carried");
	if (cure) {
		text_add(text, "; ");
		text_add(text, cure);
	}
	refusals->count++;
	if (refusals->force)
		text_add(text, " (KRG_FORCE: left out)");
	if (refusals->survey) {
		survey_tell(refusals->survey, text->data, !refusals->force);
		return 0;
	}
	if (!refusals->force)
		return -ECANCELED;
	report_line(text->data);
	return 0;
}

/* Only the first is kept: it is the one that is told. */
static void begin(struct refusals *refusals, struct text *text)
{
	text_open(text, refusals->first, sizeof(refusals->first));
}

int refuse_descriptor(struct refusals *refusals, int fd, const char *target, const char *what,
		      const char *cure)
{
	struct text text;

	begin(refusals, &text);
	text_add(&text, "descriptor ");
	text_add_decimal(&text, fd);
	text_add(&text, " (");
	text_add(&text, target);
	text_add(&text, "): ");
	return finish(refusals, &text, what, cure);
}

int refuse_region(struct refusals *refusals, uint64_t start, uint64_t end, const char *path,
		  const char *what, const char *cure)
{
	struct text text;

	begin(refusals, &text);
	text_add(&text, "memory ");
	text_add_hex(&text, start);
	text_add(&text, "-");
	text_add_hex(&text, end);
	text_add(&text, " (");
	text_add(&text, path);
	text_add(&text, "): ");
	return finish(refusals, &text, what, cure);
}

int refuse_process(struct refusals *refusals, const char *what, const char *cure)
{
	struct text text;

	begin(refusals, &text);
	return finish(refusals, &text, what, cure);
}
