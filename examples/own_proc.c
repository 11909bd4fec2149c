/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that looks at itself in /proc all the time, and has a file of /proc open. */
#include <dirent.h>

#include "check.h"

static void *look_at_status(void *argument)
{
	char line[256], name[64] = "";
	int pid = 0;

	while (!check_told()) {
		FILE *file = fopen("/proc/self/status", "r");

		CHECK(file, "status: %s", strerror(errno));
		while (fgets(line, sizeof(line), file))
			if (sscanf(line, "Name: %63s", name) != 1)
				sscanf(line, "Pid: %d", &pid);
		fclose(file);
		CHECK(!strcmp(name, "own_proc"), "the name is %s", name);
		CHECK_IS(pid, getpid());
	}
	return argument;
}

static void *look_at_descriptors(void *argument)
{
	while (!check_told()) {
		DIR *directory = opendir("/proc/thread-self/fd");
		const struct dirent *entry;
		int found = 0;

		CHECK(directory, "fd: %s", strerror(errno));
		while ((entry = readdir(directory)))
			found += !strcmp(entry->d_name, "2");
		closedir(directory);
		CHECK_IS(found, 1);
	}
	return argument;
}

static void expect_line(int file, const char *beginning)
{
	char line[256] = "";

	CHECK_CALL(lseek(file, 0, SEEK_SET));
	CHECK(read(file, line, sizeof(line) - 1) > 0, "nothing to read: %s", strerror(errno));
	CHECK(!strncmp(line, beginning, strlen(beginning)), "it begins with %.40s", line);
}

int main(void)
{
	int status = (int)CHECK_CALL(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
	int score = (int)CHECK_CALL(open("/proc/self/oom_score_adj", O_RDWR));
	int version = (int)CHECK_CALL(open("/proc/version", O_RDONLY));
	pthread_t one = check_thread(look_at_status, NULL);
	pthread_t other = check_thread(look_at_descriptors, NULL);

	expect_line(version, "Linux");
	check_ready();
	check_wait();
	CHECK_ZERO(pthread_join(one, NULL));
	CHECK_ZERO(pthread_join(other, NULL));
	expect_line(status, "Name:\town_proc\n");
	expect_line(version, "Linux");
	CHECK_CALL(write(score, "500", 3));
	expect_line(score, "500\n");
	CHECK_IS(fcntl(status, F_GETFD), FD_CLOEXEC);
	return check_passed();
}
