/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying pages: jobs of up to one chunk, done by a crew on all CPUs. */
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/codec.h"
#include "../ghost/crc32c.h"
#include "../ghost/sys.h"
#include "../ghost/task.h"
#include "anchor.h"
#include "slot.h"

#define PAGE 4096U
#define BLOCK (16 * PAGE)	/* zeros are looked for in pieces of this size */
#define STACK (64U << 10)
#define SAMPLE (8U << 10)	/* packed first, to see whether the rest is worth it */
#define BATCH (8ULL << 20)	/* bytes that the disk is given at a time */

/* One worker's: its stack comes first in the crew's memory, then these. */
struct workplace {
	unsigned char codec[CODEC_WORKSPACE];
	unsigned char packed[CHUNK_MAX];
	unsigned char copy[CHUNK_MAX];
};

static size_t space_size(const struct pages *pages)
{
	return (size_t)pages->workers * (STACK + sizeof(struct workplace));
}

static struct workplace *workplace(struct pages *pages, int worker)
{
	char *first = (char *)pages->space + (size_t)pages->workers * STACK;

	return (struct workplace *)(first + (size_t)worker * sizeof(struct workplace));
}

static void *map_space(size_t size)
{
	void *space = sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return sys_failed(space) ? NULL : space;
}

void pages_open(struct pages *pages, int file, int memory, uint64_t *end, struct page_job *jobs,
		size_t room)
{
	memset(pages, 0, sizeof(*pages));
	medium_file_open(&pages->file, file, end);
	pages->memory = memory;
	pages->workers = crew_size();
	pages->jobs = jobs;
	pages->job_room = room;
}

static int add_pieces(struct pages *pages, struct page_job job, uint64_t length)
{
	uint64_t address = job.address, place = job.place;

	for (uint64_t done = 0; done < length; done += job.length) {
		job.address = address + done;
		job.place = place + done;
		/* Up to the next multiple: two chunks make a huge page at the restart. */
		job.length = CHUNK_MAX - (uint32_t)(job.place % CHUNK_MAX);
		if (job.length > length - done)
			job.length = (uint32_t)(length - done);
		if (pages->job_count == pages->job_room)
			return -E2BIG;
		pages->jobs[pages->job_count++] = job;
		pages->total += job.length;
	}
	return 0;
}

int pages_add(struct pages *pages, uint64_t address, uint64_t length, uint32_t owner,
	      uint64_t place, uint32_t flags)
{
	struct page_job job = {
		.address = address, .place = place, .owner = owner, .flags = flags,
	};

	return add_pieces(pages, job, length);
}

int pages_add_file(struct pages *pages, int file, uint64_t length, uint32_t owner,
		   uint64_t place)
{
	struct page_job job = {
		.place = place, .owner = owner, .flags = PAGES_OF_FILE, .source = file,
	};

	return add_pieces(pages, job, length);
}

static void fail(struct pages *pages, int error)
{
	int none = 0;

	__atomic_compare_exchange_n(&pages->error, &none, error, 0, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

/* Of whole pages. */
static int is_zero(const unsigned char *data, size_t size)
{
	const uint64_t *words = (const void *)data;
	uint64_t any = 0;

	/* A first word that is not zero ends it nearly always. */
	for (size_t page = 0; page < size / 8 && !any; page += PAGE / 8)
		for (size_t i = 0; i < PAGE / 8; i++)
			any |= words[page + i];
	return !any;
}

static void add_chunk(struct pages *pages, const struct chunk *chunk)
{
	size_t place = __atomic_fetch_add(&pages->chunk_count, 1, __ATOMIC_RELAXED);

	if (place < pages->chunk_room)
		pages->chunks[place] = *chunk;
	else
		fail(pages, -E2BIG);
}

/* Pages that cannot be read are the end of a file that has become shorter. */
static size_t read_what_is_there(int memory, uint64_t address, unsigned char *copy, size_t length)
{
	size_t got = 0;

	memset(copy, 0, length);
	for (size_t at = 0; at < length; at += PAGE)
		if (sys_pread(memory, copy + at, PAGE, address + at) == PAGE)
			got = at + PAGE;
	return got;
}

/* The leader and the stopped threads stand on these pages and may still be going to
 * sleep there; what is packed and what is summed must be the same bytes. */
static int is_restless(const struct page_job *job)
{
	uint64_t root = (uint64_t)(uintptr_t)&anchor;

	return (root < job->address + job->length && job->address < root + sizeof(anchor)) ||
	       slot_touches(job->address, job->length);
}

/* A file's last page is filled up with zeros, as it is when it is mapped. */
static const unsigned char *fetch_from_file(struct pages *pages, struct page_job *job,
					    struct workplace *workplace)
{
	uint32_t got = 0, whole;
	long part;

	do {
		part = sys_pread(job->source, workplace->copy + got, job->length - got,
				 job->place + got);
		if (part > 0)
			got += (uint32_t)part;
	} while (part == -EINTR || (part > 0 && got < job->length));
	if (part < 0) {
		fail(pages, (int)part);
		return NULL;
	}
	whole = (got + PAGE - 1) & ~(PAGE - 1);
	memset(workplace->copy + got, 0, whole - got);
	job->length = whole;
	return workplace->copy;
}

/* The bytes of a job: in place where they may be read, else a copy. */
static const unsigned char *fetch(struct pages *pages, struct page_job *job,
				  struct workplace *workplace)
{
	int error;

	if (job->flags & PAGES_OF_FILE)
		return fetch_from_file(pages, job, workplace);
	if (!(job->flags & PAGES_BY_FILE) && !pages->guarded && !is_restless(job))
		return (const unsigned char *)(uintptr_t)job->address;
	error = medium_file_read_at(pages->memory, workplace->copy, job->length, job->address);
	if (error && (job->flags & PAGES_MAY_FAIL)) {
		job->length = (uint32_t)read_what_is_there(pages->memory, job->address,
							   workplace->copy, job->length);
		error = 0;
	}
	if (error)
		fail(pages, error == -EBADMSG ? -EFAULT : error);
	return error ? NULL : workplace->copy;
}

static void write_raw(struct pages *pages, const struct page_job *job, const unsigned char *data,
		      uint32_t from, uint32_t to, uint64_t offset)
{
	struct chunk chunk = {
		.owner = job->owner, .codec = CODEC_NONE, .address = job->place + from,
		.length = to - from, .packed = to - from, .offset = offset,
	};
	int error;

	if (from == to)
		return;
	chunk.crc = crc32c(0, data + from, to - from);
	error = medium_file_write_at(pages->file.fd, data + from, to - from, offset);
	if (error)
		fail(pages, error);
	else
		add_chunk(pages, &chunk);
}

/* Blocks of zeros are left out: their place in the file stays a hole. */
static void carry_raw(struct pages *pages, const struct page_job *job, const unsigned char *data)
{
	uint32_t from = 0, at, step;

	for (at = 0; at < job->length; at += step) {
		step = job->length - at < BLOCK ? job->length - at : BLOCK;
		if ((job->flags & PAGES_KEEP_ZEROS) || !is_zero(data + at, step))
			continue;
		write_raw(pages, job, data, from, at, job->offset + from);
		from = at + step;
	}
	write_raw(pages, job, data, from, at, job->offset + from);
}

static int worth_packing(struct pages *pages, const unsigned char *data, size_t length,
			 struct workplace *workplace)
{
	if (length <= 2 * SAMPLE)
		return 1;
	return codec_pack(pages->codec, pages->level, workplace->codec, data + length / 2, SAMPLE,
			  workplace->packed, SAMPLE - SAMPLE / 32) > 0;
}

static void carry_packed(struct pages *pages, const struct page_job *job,
			 const unsigned char *data, struct workplace *workplace)
{
	struct chunk chunk = {
		.owner = job->owner, .codec = pages->codec, .address = job->place,
		.length = job->length,
	};
	long packed = -ENOSPC;
	int error;

	if (worth_packing(pages, data, job->length, workplace))
		packed = codec_pack(pages->codec, pages->level, workplace->codec, data,
				    job->length, workplace->packed, job->length - job->length / 32);
	if (packed < 0) {
		write_raw(pages, job, data, 0, job->length,
			  medium_file_reserve(&pages->file, job->length, PAGE));
		return;
	}
	chunk.packed = (uint32_t)packed;
	chunk.crc = crc32c(0, workplace->packed, chunk.packed);
	chunk.offset = medium_file_reserve(&pages->file, chunk.packed, 1);
	error = medium_file_write_at(pages->file.fd, workplace->packed, chunk.packed,
				     chunk.offset);
	if (error)
		fail(pages, error);
	else
		add_chunk(pages, &chunk);
}

static void carry(struct pages *pages, struct page_job *job, struct workplace *workplace)
{
	const unsigned char *data = fetch(pages, job, workplace);

	if (!data || !job->length)
		return;
	if (pages->codec == CODEC_NONE)
		carry_raw(pages, job, data);
	else if ((job->flags & PAGES_KEEP_ZEROS) || !is_zero(data, job->length))
		carry_packed(pages, job, data, workplace);
}

/* The disk begins to write while we still pack: without that it is idle until the
 * fsync.  What a slower worker has not written yet is left to the fsync. */
static void begin_writeback(struct pages *pages, const struct page_job *job)
{
	uint64_t from = __atomic_load_n(&pages->handed_over, __ATOMIC_RELAXED);
	uint64_t to = pages->codec == CODEC_NONE ? job->offset
						 : __atomic_load_n(pages->file.end,
								   __ATOMIC_RELAXED);

	to &= ~(uint64_t)(PAGE - 1);
	if (to >= from + BATCH &&
	    __atomic_compare_exchange_n(&pages->handed_over, &from, to, 0, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		sys_call4(SYS_sync_file_range, pages->file.fd, from, to - from,
			  SYNC_FILE_RANGE_WRITE);
}

static void work(void *argument, int worker)
{
	struct pages *pages = argument;

	while (!__atomic_load_n(&pages->error, __ATOMIC_RELAXED)) {
		size_t place = __atomic_fetch_add(&pages->next_job, 1, __ATOMIC_RELAXED);
		uint64_t length;

		if (place >= pages->job_count)
			break;
		length = pages->jobs[place].length;
		carry(pages, &pages->jobs[place], workplace(pages, worker));
		begin_writeback(pages, &pages->jobs[place]);
		__atomic_fetch_add(&pages->done, length, __ATOMIC_RELAXED);
		if (!worker && pages->progress)
			pages->progress(pages, pages->progress_argument);
	}
}

/* Raw pages lie in the file in the order of their addresses, so that a region
 * can be mapped from there by few calls. */
static void place_raw(struct pages *pages)
{
	uint64_t at = medium_file_reserve(&pages->file, pages->total, PAGE);

	/* Telling the file system first makes the writing faster by half; where it
	 * cannot, or there is no room, the writing itself will tell. */
	sys_call4(SYS_fallocate, pages->file.fd, 0, at, pages->total);
	for (size_t i = 0; i < pages->job_count; i++) {
		pages->jobs[i].offset = at;
		at += pages->jobs[i].length;
	}
}

int pages_write(struct pages *pages)
{
	int error;

	/* A raw job may fall into every second block. */
	pages->chunk_room = pages->job_count * (pages->codec == CODEC_NONE ? 9 : 1) + 1;
	pages->chunks = map_space(pages->chunk_room * sizeof(*pages->chunks));
	pages->space = map_space(space_size(pages));
	if (!pages->chunks || !pages->space)
		return -ENOMEM;
	if (pages->codec == CODEC_NONE && pages->total)
		place_raw(pages);
	error = crew_run(pages->workers, work, pages, pages->space, STACK);
	return pages->error ? pages->error : error;
}

void pages_close(struct pages *pages)
{
	if (pages->space)
		sys_munmap(pages->space, space_size(pages));
	if (pages->chunks)
		sys_munmap(pages->chunks, pages->chunk_room * sizeof(*pages->chunks));
	pages->space = NULL;
	pages->chunks = NULL;
}
