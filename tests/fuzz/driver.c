/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzing without a fuzzer: the same broken ghosts each time, as a test. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "mutate.h"
#include "tests/ghost/sample.h"

#define ROUNDS 15000
#define ROOM   (64U << 10)

/* Shared with the child that does the work, to know where it died. */
struct shared {
	volatile unsigned long round;
	struct fuzz_reached reached;
};

static struct sample sample;

static int make_sample(const char *path)
{
	int fd = path ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
		      : memfd_create("sample", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	sample_open(&sample, fd);
	sample_fill(&sample);
	sample_close(&sample);
	return fd;
}

static size_t read_all(int fd, unsigned char *bytes, size_t room)
{
	ssize_t got = pread(fd, bytes, room, 0);

	return got < 0 ? 0 : (size_t)got;
}

static void run_rounds(unsigned long first, unsigned long count, struct shared *shared)
{
	static unsigned char whole[ROOM], broken[ROOM];
	const struct trailer *trailer = &sample.trailer;
	size_t size = read_all(sample.fd, whole, sizeof(whole));
	const struct mutate_section sections[] = {
		{ 0, 256 },
		{ trailer->records_offset, trailer->records_size },
		{ trailer->records_offset, trailer->records_size },
		{ trailer->index_offset, trailer->index_count * CHUNK_BYTES },
		{ trailer->index_offset, trailer->index_count * CHUNK_BYTES },
		{ HEADER_SIZE, trailer->records_offset - HEADER_SIZE },
		{ trailer->file_size - TRAILER_SIZE, TRAILER_SIZE },
	};

	for (unsigned long i = first; i < first + count; i++) {
		size_t length;

		shared->round = i;
		memcpy(broken, whole, size);
		length = mutate(broken, size, sizeof(broken), i, sections,
				sizeof(sections) / sizeof(sections[0]));
		LLVMFuzzerTestOneInput(broken, length);
	}
	shared->reached = fuzz_reached;
}

/* Most mutants must be refused, and enough of them must get in, or the fuzzer
 * has gone blind. */
static int judge(const struct fuzz_reached *reached, unsigned long count)
{
	printf("%lu ghosts opened, %lu refused; %lu chunks read, %lu damaged; %lu descriptions\n",
	       reached->opened, reached->refused, reached->pages, reached->damaged_pages,
	       reached->descriptions);
	if (count < ROUNDS)
		return 0;
	if (reached->opened > count / 4 && reached->refused > count / 2 &&
	    reached->damaged_pages > count / 50)
		return 0;
	fprintf(stderr, "fuzz: too few of the mutants got anywhere\n");
	return 1;
}

static int fuzz(unsigned long first, unsigned long count)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	if (shared == MAP_FAILED || make_sample(NULL) < 0)
		return 99;
	child = fork();
	if (!child) {
		run_rounds(first, count, shared);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 99;
	if (!status)
		return judge(&shared->reached, count);
	fprintf(stderr, "fuzz: died in round %lu; alone: tests/fuzz/image 1 %lu\n", shared->round,
		shared->round);
	return 1;
}

static int run_file(const char *path)
{
	struct stat stat;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *bytes;

	if (fd < 0 || fstat(fd, &stat) || !(bytes = malloc((size_t)stat.st_size + 1))) {
		perror(path);
		return 1;
	}
	LLVMFuzzerTestOneInput(bytes, read_all(fd, bytes, (size_t)stat.st_size));
	free(bytes);
	close(fd);
	return judge(&fuzz_reached, 0);
}

/* [ROUNDS [FIRST]], FILE, or --write FILE: the sample, for a fuzzer to begin with. */
int main(int argc, char **argv)
{
	unsigned long count = ROUNDS, first = 0;
	char *end = "";

	if (argc == 3 && !strcmp(argv[1], "--write"))
		return make_sample(argv[2]) < 0;
	if (argc > 1)
		count = strtoul(argv[1], &end, 10);
	if (*end)
		return run_file(argv[1]);
	if (argc > 2)
		first = strtoul(argv[2], NULL, 10);
	return fuzz(first, count);
}
