/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scribe: writes the ghost while everything is stopped. */
#include "scribe.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../ghost/codec.h"
#include "../ghost/crc32c.h"
#include "../ghost/frame.h"
#include "../ghost/header.h"
#include "../ghost/index.h"
#include "../ghost/inject.h"
#include "../ghost/task.h"
#include "anchor.h"
#include "confine.h"
#include "describe.h"
#include "keep.h"
#include "phases.h"
#include "place.h"
#include "report.h"
#include "resume.h"
#include "scratch.h"

int64_t scribe_now(void)
{
	struct timespec now = { 0, 0 };

	sys_call2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Keeps the first reason; `what` says what was being done. */
static int fail(struct scribe *scribe, const char *what, int error)
{
	struct text text;

	if (!error || scribe->line[0])
		return error;
	text_open(&text, scribe->line, sizeof(scribe->line));
	if (error == -ECANCELED) {
		text_add(&text, scribe->refusals.first);
		return error;
	}
	text_add(&text, what);
	text_add(&text, ": ");
	text_add_error(&text, error);
	return error;
}

/* The program's soft limits are not for us; its hard ones nobody can pass. */
static void raise_limits(struct scribe *scribe)
{
	if (!scribe->alone)
		task_follow(anchor.pid);
	limit_raise(&scribe->descriptors_limit, RLIMIT_NOFILE);
	limit_raise(&scribe->size_limit, RLIMIT_FSIZE);
}

static void close_one(int fd)
{
	if (fd > 0)
		sys_close(fd);
}

/* Where no task could be made all this was done to the program itself. */
static void undo(struct scribe *scribe)
{
	limit_lower(&scribe->descriptors_limit);
	limit_lower(&scribe->size_limit);
	close_one(scribe->scratch->pages.memory);
	close_one(scribe->scratch->regions.pagemap);
	close_one(scribe->post.file);
	orphans_close(&scribe->scratch->orphans);
	descriptors_close_passed(&scribe->scratch->descriptors);
}

static int capture_descriptors(struct scribe *scribe, ghost_t *ghost)
{
	struct scratch *scratch = scribe->scratch;
	struct descriptors *descriptors = &scratch->descriptors;

	descriptors->ghost = ghost;
	descriptors->refusals = &scribe->refusals;
	descriptors->record = scratch->record;
	descriptors->orphans = &scratch->orphans;
	descriptors->alone = scribe->alone;
	return fail(scribe, "the descriptors cannot be captured",
		    descriptors_capture(descriptors));
}

static int capture_regions(struct scribe *scribe, ghost_t *ghost)
{
	struct scratch *scratch = scribe->scratch;
	struct regions *regions = &scratch->regions;
	int memory = sys_open("/proc/self/mem", O_RDONLY | O_CLOEXEC, 0);

	if (memory < 0)
		return fail(scribe, "/proc/self/mem", memory);
	pages_open(&scratch->pages, scribe->file, memory, &scribe->end, scratch->jobs,
		   scratch->job_room);
	regions->pagemap = sys_open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0);
	if (regions->pagemap < 0)
		return fail(scribe, "/proc/self/pagemap", regions->pagemap);
	scratch->pages.codec = anchor.settings.codec;
	scratch->pages.level = anchor.settings.level;
	scratch->pages.guarded = anchor.settings.sanitizer;
	regions->ghost = ghost;
	regions->pages = &scratch->pages;
	regions->refusals = &scribe->refusals;
	regions->exclude_start = (uint64_t)(uintptr_t)scratch;
	regions->exclude_end = regions->exclude_start + scratch->size;
	regions->can_scan = regions->knows_guards = 1;
	regions->embed.pages = &scratch->pages;
	regions->embed.mode = anchor.settings.embed;
	regions->embed.memory_only = scribe->alone;
	regions->orphans = &scratch->orphans;
	regions->objects = scratch->orphans.count;
	return fail(scribe, "the memory cannot be captured", regions_capture(regions));
}

static void progress(struct pages *pages, void *argument)
{
	struct scribe *scribe = argument;

	post_progress(&scribe->post, __atomic_load_n(&pages->done, __ATOMIC_RELAXED),
		      pages->total);
}

static int write_pages(struct scribe *scribe)
{
	struct pages *pages = &scribe->scratch->pages;
	int error;

	post_progress(&scribe->post, 0, pages->total);
	if (scribe->post.file >= 0) {
		pages->progress = progress;
		pages->progress_argument = scribe;
	}
	error = fail(scribe, scribe->name, pages_write(pages));
	scribe->written = scribe_now();
	return error;
}

/* Records, index, trailer, and last the first page: what looks like a ghost at
 * its beginning is complete. */
static int write_rest(struct scribe *scribe, struct medium_memory *records)
{
	struct pages *pages = &scribe->scratch->pages;
	struct medium_file *file = &pages->file;
	struct trailer trailer = { .records_size = records->position };
	struct header header = {
		.format = HEADER_FORMAT, .machine = MACHINE_X86_64, .page_size = 4096,
		.anchor = (uint64_t)(uintptr_t)&anchor,
		.entry = (uint64_t)(uintptr_t)resume_entry,
		.contract = LANDING_CONTRACT, .cpu = anchor.frames.machine,
	};
	unsigned char page[HEADER_SIZE];
	int error;

	trailer.records_offset = medium_file_reserve(file, records->position, 64);
	error = medium_file_write_at(file->fd, records->data, records->position,
				     trailer.records_offset);
	trailer.index_count = pages->chunk_count;
	trailer.index_offset = medium_file_reserve(file, pages->chunk_count * CHUNK_BYTES, 64);
	if (!error)
		error = index_write(file->fd, trailer.index_offset, pages->chunks,
				    pages->chunk_count, &trailer.index_crc);
	trailer.file_size = medium_file_reserve(file, TRAILER_SIZE, 64) + TRAILER_SIZE;
	scribe->size = trailer.file_size;
	trailer_pack(&trailer, page);
	if (!error)
		error = medium_file_write_at(file->fd, page, TRAILER_SIZE,
					     trailer.file_size - TRAILER_SIZE);
	header_pack(&header, page);
	if (!error)
		error = medium_file_write_at(file->fd, page, HEADER_SIZE, 0);
	return fail(scribe, scribe->name, error);
}

/* Our copies of the program's descriptors have served: a program that uses all
 * that it may have leaves room for ours that way. */
static void close_copies(const struct scribe *scribe)
{
	if (scribe->alone)
		return;
	for (uint32_t i = 0; i < scribe->scratch->descriptors.count; i++)
		if (scribe->scratch->descriptors.entries[i].fd != 2)
			sys_close(scribe->scratch->descriptors.entries[i].fd);
}

static int describe(struct scribe *scribe, ghost_t *ghost)
{
	int error = fail(scribe, "the process cannot be described", describe_process(ghost));

	if (!error)
		error = fail(scribe, "the clocks cannot be described", describe_clock(ghost));
	if (!error)
		error = fail(scribe, "the threads cannot be described", describe_threads(ghost));
	if (!error)
		error = fail(scribe, "the seccomp filters", confine_describe(&scribe->refusals));
	if (!error)
		error = capture_descriptors(scribe, ghost);
	close_copies(scribe);
	return error;
}

static int write_file(struct scribe *scribe, ghost_t *ghost)
{
	int error = capture_regions(scribe, ghost);

	if (!error)
		error = fail(scribe, "what is in files without a name",
			     orphans_carry(&scribe->scratch->orphans, &scribe->scratch->pages));
	if (!error)
		error = write_pages(scribe);
	if (!error)
		error = write_rest(scribe, (struct medium_memory *)ghost->medium);
	if (!error)
		error = fail(scribe, scribe->name, place_publish(scribe));
	if (!error && !scribe->post.mail.output[0])
		scribe->kept = keep_newest(scribe->directory, place_base(scribe->name));
	place_close(scribe);
	return error;
}

/* With KRG_FORCE the leader's own refusals have been told already. */
static int survey(struct scribe *scribe, ghost_t *ghost)
{
	int error;

	scribe->survey.file = scribe->post.file;
	if (scribe->refusals.count)
		survey_tell(&scribe->survey, scribe->refusals.first, !scribe->refusals.force);
	scribe->problem = 0;
	scribe->refusals.survey = &scribe->survey;
	error = describe(scribe, ghost);
	if (!error)
		error = capture_regions(scribe, ghost);
	if (!error)
		survey_place(&scribe->survey, scribe->name, scribe->scratch->pages.total);
	return error;
}

static int write_ghost(struct scribe *scribe)
{
	struct scratch *scratch = scribe->scratch;
	struct medium_memory records;
	ghost_t ghost;
	int error;

	medium_memory_read(&records, scratch->records, scratch->record_room);
	ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &records.medium);
	if (scribe->dry)
		return survey(scribe, &ghost);
	error = describe(scribe, &ghost);
	if (!error)
		error = fail(scribe, scribe->name, place_open(scribe));
	return error ? error : write_file(scribe, &ghost);
}

/* What nobody asked for is told where it fails, but not every minute again. */
static void complain(const struct scribe *scribe, const char *line)
{
	uint32_t complaint = crc32c(1, line, strlen(line));

	if (!scribe->by_interval || complaint != anchor.complaint)
		report_line(line);
	anchor.complaint = complaint;
}

static void tell(struct scribe *scribe)
{
	char line[700];
	struct text text;

	if (scribe->dry && !scribe->error) {
		post_survey(&scribe->post, scribe->name, scribe->scratch->pages.total,
			    &scribe->survey);
		return;
	}
	if (scribe->dry) {
		post_failed(&scribe->post, scribe->line);
		return;
	}
	phases_log(scribe);
	if (!scribe->error) {
		scribe->kill = (scribe->post.mail.flags & MAILBOX_KILL) != 0;
		post_done(&scribe->post, scribe->name, scribe->size,
			  (uint64_t)(scribe->finished - scribe->began) / 1000,
			  (uint64_t)(scribe->finished - scribe->began) / 1000);
		return;
	}
	text_open(&text, line, sizeof(line));
	text_add(&text, "no checkpoint: ");
	text_add(&text, scribe->line);
	complain(scribe, line);
	post_failed(&scribe->post, scribe->line);
}

static int make_ghost(struct scribe *scribe)
{
	int error = fail(scribe, "the descriptors cannot be listed",
			 descriptors_list(&scribe->scratch->descriptors));

	post_open(&scribe->post, scribe->mailbox);
	scribe->dry = (scribe->mailbox & MAILBOX_DRY_NUMBER) ||
		      (scribe->post.mail.flags & MAILBOX_DRY);
	if (scribe->dry && scribe->post.file < 0)
		return fail(scribe, "nobody waits for the answer", -ENOENT);
	/* What is refused may not be all that there is to tell. */
	if (scribe->problem && !(scribe->dry && scribe->problem == -ECANCELED)) {
		memcpy(scribe->line, scribe->problem_line, sizeof(scribe->line));
		return scribe->problem;
	}
	if (!error)
		error = fail(scribe, "the name of the ghost", place_choose(scribe));
	if (!error)
		error = write_ghost(scribe);
	scribe->finished = scribe_now();
	return error;
}

int scribe_run(void *argument)
{
	struct scribe *scribe = argument;
	struct scratch *scratch = scribe->scratch;
	struct report_hush hush;

	inject_helper_begins(INJECT_SCRIBE);
	scratch->descriptors.entries = scratch->descriptor_entries;
	scratch->descriptors.order = scratch->descriptor_order;
	scratch->descriptors.room = scratch->descriptor_room;
	report_hush(&hush);
	raise_limits(scribe);
	scribe->end = HEADER_SIZE;
	scribe->error = make_ghost(scribe);
	tell(scribe);
	if (scribe->alone)
		undo(scribe);
	report_unhush(&hush);
	return 0;
}
