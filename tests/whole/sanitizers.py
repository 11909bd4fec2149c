#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs compiled with sanitizers: shadow memory of terabytes, interceptors before our wrappers."""
import survive

PROGRAM = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long total;

static void *work(void *argument)
{
	unsigned long state = (unsigned long)argument;

	for (int i = 0; i < 40000; i++) {
		size_t size = (state = state * 6364136223846793005UL + 1442695040888963407UL) >> 50;
		char *block = malloc(size + 1);

		memset(block, i, size + 1);
		pthread_mutex_lock(&lock);
		total += (unsigned char)block[size / 2] + size;
		pthread_mutex_unlock(&lock);
		free(block);
	}
	return NULL;
}

int main(int count, char **arguments)
{
	for (unsigned long round = 0; round < strtoul(arguments[count - 1], NULL, 10); round++) {
		pthread_t threads[3];

		for (unsigned long i = 0; i < 3; i++)
			pthread_create(&threads[i], NULL, work, (void *)(round * 3 + i));
		for (int i = 0; i < 3; i++)
			pthread_join(threads[i], NULL);
		printf("%lu\n", total);
		fflush(stdout);
	}
	return 0;
}
"""

# The shim is before the sanitizer's library, which minds that.
for kind, rounds in (("address", "3"), ("undefined", "30"), ("thread", "2")):
    survive.say("-fsanitize=%s" % kind)
    survive.survive(["{}/program", rounds],
                    survive.compile_c(PROGRAM, "-fsanitize=" + kind, "-pthread"),
                    variables={"ASAN_OPTIONS": "verify_asan_link_order=0"})
