/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which numbers are open: high ones, gaps, by raw system calls; no number more and none less. */
#include <dirent.h>
#include <sys/resource.h>

#include "check.h"

#define HIGHEST 1000
#define LIST    2048

/* All open numbers but that of the list itself. */
static int list(int *numbers)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;
	int count = 0;

	CHECK(directory, "/proc/self/fd: %s", strerror(errno));
	while ((entry = readdir(directory))) {
		int number = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && number != dirfd(directory) && count < LIST)
			numbers[count++] = number;
	}
	closedir(directory);
	return count;
}

static int is_listed(const int *numbers, int count, int wanted)
{
	for (int i = 0; i < count; i++)
		if (numbers[i] == wanted)
			return 1;
	return 0;
}

int main(void)
{
	static int before[LIST], after[LIST];
	struct rlimit limit;
	int file, lowest, count;

	CHECK_CALL(getrlimit(RLIMIT_NOFILE, &limit));
	if (limit.rlim_cur <= HIGHEST + 1) {
		if (limit.rlim_max <= HIGHEST + 1)
			check_skip("only %lu descriptors are allowed", limit.rlim_max);
		limit.rlim_cur = limit.rlim_max;
		CHECK_CALL(setrlimit(RLIMIT_NOFILE, &limit));
	}
	file = (int)CHECK_CALL(syscall(SYS_openat, AT_FDCWD, "raw", O_CREAT | O_RDWR, 0600));
	CHECK_CALL(syscall(SYS_write, file, "0123456789", 10));
	CHECK_CALL(syscall(SYS_dup3, file, HIGHEST, O_CLOEXEC));
	for (int number = 20; number < 800; number += 13)
		CHECK_CALL(syscall(SYS_dup2, file, number));
	close(file);
	lowest = file;
	count = list(before);
	check_ready();
	while (!check_told()) {
		CHECK_IS(list(after), count);
		check_pause(300);
	}
	CHECK_IS(list(after), count);
	for (int i = 0; i < count; i++)
		CHECK(is_listed(after, count, before[i]), "%d is no longer open", before[i]);
	/* The next to be opened gets the same number as ever. */
	CHECK_IS(open("/dev/null", O_RDONLY), lowest);
	CHECK_IS(fcntl(HIGHEST, F_GETFD), FD_CLOEXEC);
	CHECK_CALL(lseek(HIGHEST, 3, SEEK_SET));
	for (int number = 20; number < 800; number += 13)
		CHECK_IS(lseek(number, 0, SEEK_CUR), 3);
	return check_passed();
}
