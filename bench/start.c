/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the shim adds to a start: "start COUNT LIBRARY PROGRAM…" starts the program in turn
 * without and with LD_PRELOAD=LIBRARY and prints a line "nanoseconds nanoseconds" for each pair. */
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* From before the fork to after the wait. */
static int64_t start(char **arguments, char **environment)
{
	int64_t began = now();
	pid_t child;
	int status;

	if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environment) ||
	    waitpid(child, &status, 0) != child || status) {
		fprintf(stderr, "start: %s does not run\n", arguments[0]);
		exit(1);
	}
	return now() - began;
}

int main(int count, char **arguments)
{
	char preload[4096];
	char *plain[] = { "PATH=/usr/bin:/bin", NULL };
	char *shim[] = { plain[0], preload, NULL };

	if (count < 4) {
		fprintf(stderr, "usage: start COUNT LIBRARY PROGRAM [ARGUMENT]...\n");
		return 2;
	}
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", arguments[2]);
	for (int left = atoi(arguments[1]); left > 0; left--) {
		int64_t without = start(arguments + 3, plain);

		printf("%lld %lld\n", (long long)without, (long long)start(arguments + 3, shim));
	}
	return 0;
}
