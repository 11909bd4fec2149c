/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and ids of the threads in /proc/self/task. */
#include <dirent.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#include "check.h"

#define THREADS 12

static char names[THREADS][16];
static int ids[THREADS];
static atomic_int started, finished;

static void *live(void *argument)
{
	int number = (int)(intptr_t)argument;

	snprintf(names[number], sizeof(names[number]), "thread (%d) \t", number);
	CHECK_CALL(prctl(PR_SET_NAME, names[number]));
	ids[number] = (int)syscall(SYS_gettid);
	started++;
	while (!finished)
		check_pause(2000);
	return NULL;
}

static void verify(int number)
{
	char path[64], name[32];
	ssize_t length;
	int file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", ids[number]);
	file = (int)CHECK_CALL(open(path, O_RDONLY));
	length = CHECK_CALL(read(file, name, sizeof(name) - 1));
	close(file);
	name[length - 1] = '\0'; /* it ends with a new line */
	CHECK(!strcmp(name, names[number]), "thread %d was called %s and is called %s", number,
	      names[number], name);
}

static int count_tasks(void)
{
	DIR *directory = opendir("/proc/self/task");
	const struct dirent *entry;
	int count = 0;

	CHECK(directory, "/proc/self/task: %s", strerror(errno));
	while ((entry = readdir(directory)))
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (intptr_t i = 0; i < THREADS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (started < THREADS)
		check_pause(100);
	check_ready();
	check_wait();
	CHECK_IS(count_tasks(), THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		verify(i);
	finished = 1;
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
