/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzing without a fuzzer: the same broken inputs of each reader each time, as a test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutate.h"
#include "readers.h"

#define ROUNDS  3000
#define ROOM    (64U << 10)
#define SECONDS 60 /* that a reader may take for all of them: else it hangs */
#define MEMORY  (512ULL << 20) /* a size that was believed shows */

static size_t seed_of(const struct reader *reader, unsigned char *bytes)
{
	size_t size;

	if (reader->make_seed)
		return reader->make_seed(bytes, ROOM);
	size = strlen(reader->seed);
	memcpy(bytes, reader->seed, size);
	return size;
}

static void run_rounds(const struct reader *reader, unsigned long first, unsigned long count,
		       volatile unsigned long *round)
{
	static unsigned char whole[ROOM], broken[ROOM];
	size_t size = seed_of(reader, whole);
	const struct mutate_section all[] = { { 0, size } };

	reader->run(whole, size);
	for (unsigned long i = first; i < first + count; i++) {
		size_t length = size;

		*round = i;
		memcpy(broken, whole, size);
		/* Several times over: the further from the seed the rarer. */
		for (unsigned long times = 0; times <= i % 4; times++)
			length = mutate(broken, length, sizeof(broken), i * 4 + times, all, 1);
		reader->run(broken, length);
	}
}

/* What a sanitizer keeps as its own memory must not count. */
static void limit_memory(void)
{
#ifndef __SANITIZE_ADDRESS__
	const struct rlimit limit = { MEMORY, MEMORY };

	setrlimit(RLIMIT_AS, &limit);
#endif
}

static int try_reader(const struct reader *reader, unsigned long first, unsigned long count,
		      volatile unsigned long *round)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		alarm(SECONDS);
		limit_memory();
		run_rounds(reader, first, count, round);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 99;
	printf("%s: %lu inputs\n", reader->name, count);
	if (!status)
		return 0;
	fprintf(stderr, "%s: status %x in round %lu; alone: tests/fuzz/readers %s 1 %lu\n",
		reader->name, (unsigned int)status, *round, reader->name, *round);
	return 1;
}

/* --seed NAME FILE: something whole, for a fuzzer to begin with. */
static int write_seed(const struct reader *reader, const char *path)
{
	static unsigned char bytes[ROOM];
	size_t size = seed_of(reader, bytes);
	FILE *file = fopen(path, "wb");

	return !file || fwrite(bytes, 1, size, file) != size || fclose(file);
}

/* [NAME [ROUNDS [FIRST]]], or --seed NAME FILE, or --names */
int main(int argc, char **argv)
{
	volatile unsigned long *round = mmap(NULL, sizeof(*round), PROT_READ | PROT_WRITE,
					     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int seeding = argc == 4 && !strcmp(argv[1], "--seed");
	int naming = argc == 2 && !strcmp(argv[1], "--names");
	const char *wanted = argc > 1 ? argv[seeding ? 2 : 1] : NULL;
	unsigned long count = argc > 2 && !seeding ? strtoul(argv[2], NULL, 10) : ROUNDS;
	unsigned long first = argc > 3 && !seeding ? strtoul(argv[3], NULL, 10) : 0;
	int result = 0, found = 0;

	if (round == MAP_FAILED)
		return 99;
	for (const struct reader *reader = readers; reader->name; reader++) {
		if (naming)
			puts(reader->name);
		if (naming || (wanted && strcmp(wanted, reader->name)))
			continue;
		found = 1;
		result |= seeding ? write_seed(reader, argv[3])
				  : try_reader(reader, first, count, round);
	}
	return naming ? 0 : found ? result : 2;
}
