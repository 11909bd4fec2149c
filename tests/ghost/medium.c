/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media: memory grows, windows do not, extents of a file never overlap. */
#include "ghost/medium.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Test(memory, grows_and_keeps_what_it_has)
{
	struct medium_memory memory;

	cr_assert_eq(medium_memory_write(&memory, 1), 0);
	for (uint32_t i = 0; i < 300000; i++)
		cr_assert_eq(medium_write(&memory.medium, &i, sizeof(i)), 0);
	cr_expect_eq(memory.position, 300000 * sizeof(uint32_t));
	for (uint32_t i = 0; i < 300000; i++)
		cr_assert(!memcmp(memory.data + i * sizeof(i), &i, sizeof(i)));
	medium_memory_close(&memory);
	cr_expect_null(memory.data);
}

Test(memory, grows_by_more_than_its_double)
{
	struct medium_memory memory;
	size_t size = 10 << 20;
	char *block = calloc(1, size);

	block[size - 1] = 'z';
	cr_assert_eq(medium_memory_write(&memory, 4096), 0);
	cr_assert_eq(medium_write(&memory.medium, "a", 1), 0);
	cr_assert_eq(medium_write(&memory.medium, block, size), 0);
	cr_expect_eq(memory.data[0], 'a');
	cr_expect_eq(memory.data[size], 'z');
	medium_memory_close(&memory);
	free(block);
}

Test(memory, a_window_has_an_end_both_ways)
{
	char window[5] = "1234", word[4];
	struct medium_memory memory;

	medium_memory_read(&memory, window, 4);
	cr_expect_eq(medium_read(&memory.medium, word, 3), 0);
	cr_expect(!memcmp(word, "123", 3));
	cr_expect_eq(medium_read(&memory.medium, word, 2), -EBADMSG);
	cr_expect_eq(medium_read(&memory.medium, word, SIZE_MAX), -EBADMSG);
	cr_expect_eq(memory.position, 3, "a failed read moves nothing");
	cr_expect_eq(medium_write(&memory.medium, "xy", 2), -ENOSPC);
	cr_expect_eq(medium_write(&memory.medium, "x", 1), 0);
	cr_expect_str_eq(window, "123x");
	medium_memory_close(&memory);
	cr_expect_str_eq(window, "123x", "it was not the medium's");
}

Test(file, reads_what_it_wrote)
{
	int fd = memfd_create("medium", MFD_CLOEXEC);
	uint64_t end = 0;
	struct medium_file file;
	char word[6] = "";

	medium_file_open(&file, fd, &end);
	cr_expect_eq(medium_write(&file.medium, "abc", 3), 0);
	cr_expect_eq(medium_write(&file.medium, "def", 3), 0);
	cr_expect_eq(file.position, 6);
	file.position = 1;
	cr_expect_eq(medium_read(&file.medium, word, 5), 0);
	cr_expect_str_eq(word, "bcdef");
	cr_expect_eq(medium_read(&file.medium, word, 1), -EBADMSG, "the end");
	close(fd);
}

Test(file, half_a_read_is_damage)
{
	int fd = memfd_create("medium", MFD_CLOEXEC);
	char bytes[8];

	cr_assert_eq(medium_file_write_at(fd, "12345", 5, 1000), 0);
	cr_expect_eq(medium_file_read_at(fd, bytes, 5, 1000), 0);
	cr_expect_eq(medium_file_read_at(fd, bytes, 6, 1000), -EBADMSG);
	cr_expect_eq(medium_file_read_at(fd, bytes, 1, 5000), -EBADMSG);
	cr_expect_eq(medium_file_read_at(fd, bytes, 0, 5000), 0);
	close(fd);
}

Test(file, errors_come_back)
{
	int full = open("/dev/full", O_RDWR);
	char byte = 0;

	cr_expect_eq(medium_file_write_at(full, &byte, 1, 0), -ENOSPC);
	close(full);
	cr_expect_eq(medium_file_write_at(-1, &byte, 1, 0), -EBADF);
	cr_expect_eq(medium_file_read_at(-1, &byte, 1, 0), -EBADF);
}

/* The kernel writes what still fits, and only the next call fails. */
Test(file, a_short_write_is_continued)
{
	struct rlimit limit = { 10000, 10000 };
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	static char block[20000];

	signal(SIGXFSZ, SIG_IGN);
	if (fd < 0 || setrlimit(RLIMIT_FSIZE, &limit))
		cr_skip("no file to be limited");
	cr_expect_eq(medium_file_write_at(fd, block, sizeof(block), 0), -EFBIG);
	cr_expect_eq(lseek(fd, 0, SEEK_END), 10000);
	close(fd);
}

Test(reserve, is_aligned_and_leaves_nothing_out)
{
	uint64_t end = 4096;
	struct medium_file file;

	medium_file_open(&file, -1, &end);
	cr_expect_eq(medium_file_reserve(&file, 10, 1), 4096);
	cr_expect_eq(medium_file_reserve(&file, 10, 1), 4106);
	cr_expect_eq(medium_file_reserve(&file, 4096, 4096), 8192);
	cr_expect_geq(medium_file_reserve(&file, 1, 1), 8192 + 4096);
	cr_expect_leq(end, 8192 + 2 * 4096);
}

#define WRITERS 4
#define EACH    5000

struct shared {
	uint64_t end;
	uint64_t taken[WRITERS][EACH];
};

static void reserve_many(struct shared *shared, int writer)
{
	struct medium_file file;

	medium_file_open(&file, -1, &shared->end);
	for (int i = 0; i < EACH; i++)
		shared->taken[writer][i] = medium_file_reserve(&file, 64, 64);
}

static int order(const void *one, const void *other)
{
	const uint64_t *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

Test(reserve, extents_of_several_processes_do_not_overlap)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t *all = shared->taken[0];

	cr_assert_neq((void *)shared, MAP_FAILED);
	for (int writer = 0; writer < WRITERS; writer++) {
		if (!fork()) {
			reserve_many(shared, writer);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	qsort(all, WRITERS * EACH, sizeof(*all), order);
	for (int i = 0; i < WRITERS * EACH; i++) {
		cr_assert_eq(all[i] % 64, 0);
		cr_assert(!i || all[i] - all[i - 1] >= 64);
	}
	cr_assert_geq(shared->end, all[WRITERS * EACH - 1] + 64);
	munmap(shared, sizeof(*shared));
}
