/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small ghost file made by hand, right in everything unless it is told otherwise. */
#include "sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ghost/codec.h"
#include "ghost/crc32c.h"
#include "ghost/index.h"
#include "ghost/kind/kinds.h"
#include "pattern.h"

#define must(condition) ((condition) ? (void)0 : give_up(#condition, __LINE__))

static void give_up(const char *condition, int line)
{
	fprintf(stderr, "sample.c:%d: %s\n", line, condition);
	abort();
}

void sample_open(struct sample *sample, int fd)
{
	memset(sample, 0, sizeof(*sample));
	sample->fd = fd;
	sample->end = HEADER_SIZE;
	sample->region_end = SAMPLE_START;
	sample->header = (struct header){
		.format = HEADER_FORMAT,
		.machine = MACHINE_X86_64,
		.page_size = SAMPLE_PAGE,
		.anchor = 0x7000000000,
		.entry = 0x7000001000,
	};
	machine_ask(&sample->header.cpu);
	must(!medium_memory_write(&sample->records, 1U << 16));
}

void sample_record(struct sample *sample, const struct kind *kind, void *record)
{
	ghost_t ghost;

	ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &sample->records.medium);
	must(!frame_put(&ghost, kind->tag, kind->version, kind->make, record, kind->size));
}

void sample_chunk(struct sample *sample, uint32_t owner, uint64_t address, uint32_t codec,
		  const void *memory, uint32_t length)
{
	struct medium_file file;
	void *workspace = malloc(CODEC_WORKSPACE), *out = malloc(length);
	struct chunk *chunk = &sample->chunks[sample->chunk_count++];
	long packed = length;

	must(workspace && out && sample->chunk_count <= SAMPLE_CHUNKS_MAX);
	must(!codec_load(codec));
	if (codec == CODEC_NONE)
		memcpy(out, memory, length);
	else
		packed = codec_pack(codec, 1, workspace, memory, length, out, length);
	must(packed > 0);
	medium_file_open(&file, sample->fd, &sample->end);
	*chunk = (struct chunk){
		.owner = owner,
		.codec = codec,
		.address = address,
		.length = length,
		.packed = (uint32_t)packed,
		.offset = medium_file_reserve(&file, (uint64_t)packed,
					      codec == CODEC_NONE ? SAMPLE_PAGE : 1),
		.crc = crc32c(0, out, (size_t)packed),
	};
	must(!medium_file_write_at(sample->fd, out, (size_t)packed, chunk->offset));
	free(workspace);
	free(out);
}

void sample_fill_process(struct sample *sample)
{
	struct process_ghost *process = calloc(1, sizeof(*process));
	struct thread_ghost thread = { .tid = 4711, .flags = THREAD_MAIN, .name = "sample" };

	must(process);
	process->pid = process->group = 4711;
	process->parent = process->session = 4000;
	process->uid = process->gid = 1000;
	process->threads = 1;
	process->created = 1700000000;
	strcpy(process->name, "sample");
	strcpy(process->host, "somewhere");
	strcpy(process->kernel, "6.12.1");
	strcpy(process->shim, "0.1.0");
	strcpy(process->directory, "/home/somebody");
	strcpy(process->program.path, "/usr/bin/sample");
	memcpy(process->arguments, "sample\0--of\0a program", 22);
	process->arguments_length = 22;
	sample_record(sample, &kind_process, process);
	sample_record(sample, &kind_thread, &thread);
	free(process);
}

/* One description of each kind, as descriptors 0, 1, 2 …; an epoll instance that waits
 * for itself, which only the kernel would refuse. */
static void fill_objects(struct sample *sample)
{
	struct descriptor_ghost descriptor = { 0 };
	struct registration_ghost registration = { .fd = 12, .events = 25 };

	for (int i = 0; kinds[i]; i++) {
		struct object *object;

		if (!kinds[i]->revive)
			continue;
		object = malloc(kinds[i]->size);
		must(object && !pattern_record(kinds[i], PATTERN_SMALL, 0, object));
		object->id = descriptor.object = 100 + descriptor.fd;
		object->flags = O_RDWR;
		sample_record(sample, kinds[i], object);
		sample_record(sample, &kind_descriptor, &descriptor);
		if (kinds[i] == &kind_epoll) {
			registration.epoll = registration.target = object->id;
			sample_record(sample, &kind_registration, &registration);
		}
		descriptor.fd++;
		descriptor.close_on_exec = 1;
		free(object);
	}
}

static void fill_region(struct sample *sample, unsigned int pages, enum region_type type,
			uint32_t flags, const char *path)
{
	struct region_ghost *region = calloc(1, sizeof(*region));

	must(region);
	region->start = sample->region_end;
	region->end = sample->region_end += pages * SAMPLE_PAGE;
	region->prot = 3;
	region->type = type;
	region->flags = flags;
	region->object = type == REGION_SHARED_OBJECT ? 7 : type == REGION_FILE ? 3 : 0;
	strcpy(region->file.path, path);
	sample_record(sample, &kind_region, region);
	free(region);
}

/* Compresses, but not to nothing. */
static void fill_memory(unsigned char *memory, size_t size)
{
	for (size_t i = 0; i < size; i++)
		memory[i] = (unsigned char)(i % 61 * (i / 509 + 1));
}

void sample_fill(struct sample *sample)
{
	unsigned char memory[3 * SAMPLE_PAGE];
	struct guard_ghost guard = { SAMPLE_START + 3 * SAMPLE_PAGE,
				     SAMPLE_START + 4 * SAMPLE_PAGE };
	struct clock_ghost clock = { .boot = "a-boot", .monotonic = 4711, .boottime = 4712 };
	struct lock_ghost lock = { .fd = 1, .type = LOCK_FLOCK, .exclusive = 1 };
	struct pipe_ghost *pipe = calloc(1, sizeof(*pipe));

	must(pipe);
	fill_memory(memory, sizeof(memory));
	sample_fill_process(sample);
	fill_region(sample, 4, REGION_ANONYMOUS, REGION_GROWSDOWN, "[stack]");
	fill_region(sample, 2, REGION_FILE, 0, "/usr/lib/libsample.so");
	fill_region(sample, 1, REGION_SHARED_FILE, REGION_SHARED_WRITE, "/var/lib/sample.db");
	fill_region(sample, 2, REGION_SHARED_OBJECT, REGION_NORESERVE, "");
	fill_region(sample, 1, REGION_VDSO, 0, "[vdso]");
	sample_record(sample, &kind_guard, &guard);
	sample_record(sample, &kind_clock, &clock);
	pipe->id = 12;
	pipe->capacity = 65536;
	pipe->length = 5;
	memcpy(pipe->queued, "queue", 5);
	sample_record(sample, &kind_pipe, pipe);
	free(pipe);
	fill_objects(sample);
	sample_record(sample, &kind_lock, &lock);
	sample_chunk(sample, 0, SAMPLE_START, CODEC_ZLIB, memory, 3 * SAMPLE_PAGE);
	sample_chunk(sample, 0, SAMPLE_START + 5 * SAMPLE_PAGE, CODEC_NONE, memory, SAMPLE_PAGE);
	sample_chunk(sample, CHUNK_SHARED | 7, 0, CODEC_ZLIB, memory, 2 * SAMPLE_PAGE);
	sample_chunk(sample, CHUNK_FILE | 3, 0, CODEC_ZLIB, memory, 2 * SAMPLE_PAGE);
}

void sample_seal(struct sample *sample)
{
	unsigned char page[HEADER_SIZE], tail[TRAILER_SIZE];

	must(!trailer_pack(&sample->trailer, tail) && !header_pack(&sample->header, page));
	must(!medium_file_write_at(sample->fd, tail, TRAILER_SIZE, sample->end));
	must(!medium_file_write_at(sample->fd, page, HEADER_SIZE, 0));
}

void sample_close(struct sample *sample)
{
	struct trailer *trailer = &sample->trailer;

	trailer->records_offset = sample->end;
	trailer->records_size = sample->records.position;
	sample->end += trailer->records_size;
	must(!medium_file_write_at(sample->fd, sample->records.data, sample->records.position,
				   trailer->records_offset));
	medium_memory_close(&sample->records);
	trailer->index_offset = sample->end;
	trailer->index_count = sample->chunk_count;
	sample->end += trailer->index_count * CHUNK_BYTES;
	must(!index_write(sample->fd, trailer->index_offset, sample->chunks, sample->chunk_count,
			  &trailer->index_crc));
	trailer->file_size = sample->end + TRAILER_SIZE;
	sample_seal(sample);
}
