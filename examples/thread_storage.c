/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Much memory of each thread's own, threads with the smallest stacks, libc a second time. */
#include <dlfcn.h>
#include <limits.h>

#include "check.h"

#define THREADS 12
#define SIZE    (1 << 20)

static __thread unsigned char large[SIZE];
static __thread uint64_t aligned_one __attribute__((aligned(64))) = 0x123456789abcdef;

static void fill(int number)
{
	for (int i = 0; i < SIZE; i += 61)
		large[i] = (unsigned char)(i / 61 + number);
	aligned_one += (uint64_t)number;
}

static void look(int number)
{
	for (int i = 0; i < SIZE; i += 61)
		CHECK_IS(large[i], (unsigned char)(i / 61 + number));
	CHECK_IS(aligned_one, 0x123456789abcdef + number);
	CHECK_IS((uintptr_t)&aligned_one % 64, 0);
}

static void *run(void *argument)
{
	int number = (int)(intptr_t)argument;

	fill(number);
	while (!check_told())
		check_pause(2000);
	look(number);
	return NULL;
}

static pthread_t small_thread(int number)
{
	pthread_attr_t attributes;
	pthread_t thread;

	CHECK_ZERO(pthread_attr_init(&attributes));
	CHECK_ZERO(pthread_attr_setstacksize(&attributes, SIZE + PTHREAD_STACK_MIN + 8192));
	CHECK_ZERO(pthread_create(&thread, &attributes, run, (void *)(intptr_t)number));
	pthread_attr_destroy(&attributes);
	return thread;
}

/* A library in a namespace of its own has a libc of its own, with its own heap, which our wrappers
 * are not before. */
struct second {
	void *library;
	void *(*malloc)(size_t size);
	void (*free)(void *block);
	double (*strtod)(const char *text, char **end);
	int *(*errno_place)(void);
	char *block;
};

static void open_second(struct second *second)
{
	void *library = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW);

	CHECK(library, "dlmopen: %s", dlerror());
	second->library = library;
	*(void **)&second->malloc = dlsym(library, "malloc");
	*(void **)&second->free = dlsym(library, "free");
	*(void **)&second->strtod = dlsym(library, "strtod");
	*(void **)&second->errno_place = dlsym(library, "__errno_location");
	CHECK(second->malloc && (void *)second->malloc != (void *)malloc, "it is the same libc");
	second->block = second->malloc(50000);
	memset(second->block, 's', 50000);
	*second->errno_place() = 77;
	errno = 5;
}

static void use_second(struct second *second)
{
	char *other = second->malloc(100000);

	CHECK_IS(*second->errno_place(), 77);
	for (int i = 0; i < 50000; i++)
		CHECK_IS(second->block[i], 's');
	memset(other, 'o', 100000);
	second->free(other);
	second->free(second->block);
	CHECK(second->strtod("2.5", NULL) == 2.5, "strtod is wrong");
	CHECK_IS(dlclose(second->library), 0);
}

int main(void)
{
	pthread_t threads[THREADS];
	struct second second;

	open_second(&second);
	fill(0);
	for (int i = 0; i < THREADS; i++)
		threads[i] = small_thread(i + 1);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	look(0);
	use_second(&second);
	return check_passed();
}
