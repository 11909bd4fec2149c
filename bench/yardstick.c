/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a checkpoint is compared with: the same bytes, written or packed in the plainest way. */
#include "config.h"

#include "yardstick.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "content.h"

int64_t yardstick_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void yardstick_write(struct yardstick *yardstick, const unsigned char *memory, size_t pieces,
		     const char *path)
{
	int64_t began = yardstick_now();
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int failed = file < 0;

	yardstick->bytes = 0;
	for (size_t i = 0; i < pieces && !failed; i++) {
		if (!content_holds_data(i))
			continue;
		failed = write(file, memory + i * PIECE, PIECE) != (ssize_t)PIECE;
		yardstick->bytes += PIECE;
	}
	failed = failed || fsync(file) || close(file);
	yardstick->write = failed ? 0 : yardstick_now() - began;
	unlink(path);
}

#ifdef HAVE_ISAL

#include <dlfcn.h>
#include <isa-l/igzip_lib.h>

#define WORKERS 64
#define SAMPLES 24	/* packed pieces that a worker keeps, to unpack them */

static typeof(&isal_deflate_stateless_init) deflate_init;
static typeof(&isal_deflate_stateless) deflate_piece;
static typeof(&isal_inflate_init) inflate_init;
static typeof(&isal_inflate_stateless) inflate_piece;

/* In a mapping of its own, so that the next checkpoint finds nothing of it. */
struct worker {
	pthread_t thread;
	struct packing *packing;
	uint64_t bytes, packed;
	int samples;
	uint32_t sample_size[SAMPLES];
	struct isal_zstream stream;
	struct inflate_state state;
	uint8_t level[ISAL_DEF_LVL1_DEFAULT];
	unsigned char out[2 * PIECE];
	unsigned char sample[SAMPLES][2 * PIECE];
};

struct packing {
	const unsigned char *memory;
	size_t pieces;
	size_t next[2];		/* piece to pack, to unpack; atomic */
	pthread_barrier_t barrier;
};

static int load(void)
{
	void *library = dlopen("libisal.so.2", RTLD_NOW);

	if (!library)
		return -1;
	deflate_init = (typeof(deflate_init))dlsym(library, "isal_deflate_stateless_init");
	deflate_piece = (typeof(deflate_piece))dlsym(library, "isal_deflate_stateless");
	inflate_init = (typeof(inflate_init))dlsym(library, "isal_inflate_init");
	inflate_piece = (typeof(inflate_piece))dlsym(library, "isal_inflate_stateless");
	return deflate_init && deflate_piece && inflate_init && inflate_piece ? 0 : -1;
}

static uint32_t pack(struct worker *worker, const unsigned char *piece)
{
	struct isal_zstream *stream = &worker->stream;

	deflate_init(stream);
	stream->level = 1;
	stream->level_buf = worker->level;
	stream->level_buf_size = sizeof(worker->level);
	stream->gzip_flag = IGZIP_ZLIB;
	stream->end_of_stream = 1;
	stream->next_in = (uint8_t *)piece;
	stream->avail_in = PIECE;
	stream->next_out = worker->out;
	stream->avail_out = sizeof(worker->out);
	if (deflate_piece(stream) != COMP_OK || stream->avail_in)
		abort();
	return stream->total_out;
}

static void unpack(struct worker *worker, int sample)
{
	struct inflate_state *state = &worker->state;

	inflate_init(state);
	state->crc_flag = ISAL_ZLIB;
	state->next_in = worker->sample[sample];
	state->avail_in = worker->sample_size[sample];
	state->next_out = worker->out;
	state->avail_out = PIECE;
	if (inflate_piece(state) != ISAL_DECOMP_OK || state->avail_out)
		abort();
}

static int take_piece(struct packing *packing, size_t *next, size_t *piece)
{
	do
		*piece = __atomic_fetch_add(next, 1, __ATOMIC_RELAXED);
	while (*piece < packing->pieces && !content_holds_data(*piece));
	return *piece < packing->pieces;
}

/* Samples are spread over the whole memory, so that they are like it. */
static void keep(struct worker *worker, uint32_t size, size_t piece)
{
	size_t due = (size_t)worker->samples * worker->packing->pieces / SAMPLES;

	if (worker->samples == SAMPLES || piece < due)
		return;
	memcpy(worker->sample[worker->samples], worker->out, size);
	worker->sample_size[worker->samples++] = size;
}

static void pack_pieces(struct worker *worker, struct packing *packing)
{
	size_t piece;

	while (take_piece(packing, &packing->next[0], &piece)) {
		uint32_t size = pack(worker, packing->memory + piece * PIECE);

		worker->bytes += PIECE;
		worker->packed += size;
		keep(worker, size, piece);
	}
}

static void unpack_pieces(struct worker *worker, struct packing *packing)
{
	size_t piece;
	int sample = 0;

	while (worker->samples && take_piece(packing, &packing->next[1], &piece)) {
		unpack(worker, sample);
		sample = (sample + 1) % worker->samples;
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct packing *packing = worker->packing;

	memset(worker->out, 1, sizeof(worker->out));
	pthread_barrier_wait(&packing->barrier);
	pack_pieces(worker, packing);
	pthread_barrier_wait(&packing->barrier);
	unpack_pieces(worker, packing);
	pthread_barrier_wait(&packing->barrier);
	return NULL;
}

static void finish(struct worker *worker, struct yardstick *yardstick)
{
	pthread_join(worker->thread, NULL);
	yardstick->bytes += worker->bytes;
	yardstick->packed += worker->packed;
	munmap(worker, sizeof(*worker));
}

static struct worker *start(struct packing *packing)
{
	struct worker *worker = mmap(NULL, sizeof(*worker), PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (worker == MAP_FAILED)
		abort();
	worker->packing = packing;
	if (pthread_create(&worker->thread, NULL, work, worker))
		abort();
	return worker;
}

static int count_cpus(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return count > WORKERS ? WORKERS : count;
}

void yardstick_deflate(struct yardstick *yardstick, const unsigned char *memory, size_t pieces)
{
	struct packing packing = { .memory = memory, .pieces = pieces };
	struct worker *workers[WORKERS];
	int count = count_cpus();
	int64_t began, packed;

	if (!inflate_piece && load())
		return;
	yardstick->bytes = yardstick->packed = 0;
	pthread_barrier_init(&packing.barrier, NULL, (unsigned int)count + 1);
	for (int i = 0; i < count; i++)
		workers[i] = start(&packing);
	pthread_barrier_wait(&packing.barrier);
	began = yardstick_now();
	pthread_barrier_wait(&packing.barrier);
	packed = yardstick_now();
	yardstick->deflate = packed - began;
	pthread_barrier_wait(&packing.barrier);
	yardstick->inflate = yardstick_now() - packed;
	for (int i = 0; i < count; i++)
		finish(workers[i], yardstick);
	pthread_barrier_destroy(&packing.barrier);
}

#else

void yardstick_deflate(struct yardstick *yardstick, const unsigned char *memory, size_t pieces)
{
	(void)yardstick;
	(void)memory;
	(void)pieces;
}

#endif
