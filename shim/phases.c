/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a checkpoint did, phase by phase, as a line in the log. */
#include "phases.h"

#include "../ghost/codec.h"
#include "../ghost/text.h"
#include "anchor.h"
#include "report.h"
#include "scratch.h"

void phases_log(struct scribe *scribe)
{
	const struct pages *pages = &scribe->scratch->pages;
	struct {
		const char *name;
		int64_t time;
	} phases[] = {
		{ "stop ", scribe->stopped - scribe->began },
		{ " us, capture ", scribe->captured - scribe->stopped },
		{ " us, carry ", scribe->written - scribe->captured },
		{ " us, finish ", scribe->finished - scribe->written },
		{ " us, pause ", scribe->finished - scribe->began },
	};
	char line[1200];
	struct text text;

	text_open(&text, line, sizeof(line));
	text_add(&text, "checkpoint ");
	text_add_decimal(&text, anchor.number);
	text_add(&text, " of process ");
	text_add_decimal(&text, anchor.pid);
	text_add(&text, ": ");
	if (scribe->error) {
		text_add(&text, "failed: ");
		text_add(&text, scribe->line);
		text_add(&text, "\n");
		report_log(text.data, text.length);
		return;
	}
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		text_add(&text, phases[i].name);
		text_add_decimal(&text, phases[i].time / 1000);
	}
	text_add(&text, " us; ");
	text_add_decimal(&text, scribe->scratch->quiesce.threads + 1);
	text_add(&text, " threads, ");
	text_add_decimal(&text, scribe->scratch->regions.count);
	text_add(&text, " regions, ");
	text_add_decimal(&text, scribe->scratch->descriptors.count);
	text_add(&text, " descriptors, ");
	text_add_decimal(&text, (int64_t)pages->total);
	text_add(&text, " bytes of pages (");
	text_add_decimal(&text, (int64_t)scribe->scratch->regions.embed.bytes);
	text_add(&text, " of ");
	text_add_decimal(&text, scribe->scratch->regions.embed.files_carried);
	text_add(&text, " files) by ");
	text_add(&text, codec_engine(pages->codec, pages->level));
	text_add(&text, " into ");
	text_add_decimal(&text, (int64_t)scribe->size);
	text_add(&text, " bytes: ");
	text_add(&text, scribe->name);
	if (scribe->kept) {
		text_add(&text, "; an older one cannot be removed: ");
		text_add_error(&text, scribe->kept);
	}
	text_add(&text, "\n");
	report_log(text.data, text.length);
}
