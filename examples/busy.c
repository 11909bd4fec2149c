/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many things at once: blocks, messages, short-lived threads, mappings, signals, files, sleeps. */
#include <math.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "check.h"

#define BLOCKS 300
#define WORDS  512

static int messages[2], file;
static volatile sig_atomic_t ticks;

static void on_tick(int signal)
{
	ticks += signal == SIGALRM;
}

static void *juggle_blocks(void *argument)
{
	unsigned char *blocks[BLOCKS] = { NULL };
	size_t sizes[BLOCKS] = { 0 };
	uint64_t dice = (uint64_t)(uintptr_t)argument;

	while (!check_told()) {
		size_t at = check_random(&dice) % BLOCKS;

		for (size_t i = 0; i < sizes[at]; i += 99)
			CHECK_IS(blocks[at][i], (unsigned char)(sizes[at] + at));
		free(blocks[at]);
		sizes[at] = check_random(&dice) % 9000;
		blocks[at] = malloc(sizes[at] + 1);
		CHECK(blocks[at], "malloc");
		memset(blocks[at], (int)(sizes[at] + at), sizes[at]);
	}
	for (size_t at = 0; at < BLOCKS; at++)
		free(blocks[at]);
	return NULL;
}

static void *send_messages(void *argument)
{
	uint64_t message[2] = { 0, 0 };

	while (!check_told()) {
		message[1] = ~++message[0];
		CHECK_IS(write(messages[1], message, sizeof(message)), sizeof(message));
	}
	close(messages[1]);
	return argument;
}

static void *receive_messages(void *argument)
{
	uint64_t message[2], last = 0;

	while (read(messages[0], message, sizeof(message)) == sizeof(message)) {
		CHECK_IS(message[0], last + 1);
		CHECK_IS(message[1], ~message[0]);
		last = message[0];
	}
	CHECK(last > 0, "no message came");
	return argument;
}

static void *compute(void *argument)
{
	double angle = (double)(intptr_t)argument;

	for (int i = 0; i < 2000; i++) {
		double sine = sin(angle + i), cosine = cos(angle + i);

		CHECK(fabs(sine * sine + cosine * cosine - 1) < 1e-12, "sin and cos of %g",
		      angle + i);
	}
	return argument;
}

static void *make_threads(void *argument)
{
	while (!check_told())
		CHECK_ZERO(pthread_join(check_thread(compute, argument), NULL));
	return NULL;
}

static void *make_mappings(void *argument)
{
	while (!check_told()) {
		uint32_t *memory = mmap(NULL, WORDS * 64, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
		for (uint32_t i = 0; i < WORDS * 16; i += 16)
			memory[i] = i ^ 0x5a5a5a5a;
		for (uint32_t i = 0; i < WORDS * 16; i += 16)
			CHECK_IS(memory[i], i ^ 0x5a5a5a5a);
		CHECK_CALL(munmap(memory, WORDS * 64));
		check_pause(200);
	}
	return argument;
}

/* Always the same bytes at the same place: the file is not taken back by a restart. */
static void *use_file(void *argument)
{
	char text[32], found[32];

	for (int round = 0; !check_told(); round = (round + 1) % 1000) {
		int length = snprintf(text, sizeof(text), "record number %8d\n", round);

		CHECK_IS(pwrite(file, text, (size_t)length, round * length), length);
		CHECK_IS(pread(file, found, (size_t)length, round * length), length);
		CHECK_IS(memcmp(text, found, (size_t)length), 0);
	}
	return argument;
}

int main(void)
{
	static void *(*const works[])(void *) = {
		juggle_blocks, juggle_blocks, send_messages, receive_messages,
		make_threads,  make_mappings, use_file,
	};
	enum { COUNT = sizeof(works) / sizeof(works[0]) };
	struct sigaction action = { .sa_handler = on_tick, .sa_flags = SA_RESTART };
	struct itimerval interval = { { 0, 3000 }, { 0, 3000 } };
	pthread_t threads[COUNT];

	CHECK_CALL(pipe(messages));
	file = (int)CHECK_CALL(open("records", O_CREAT | O_RDWR, 0600));
	CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &interval, NULL));
	for (intptr_t i = 0; i < COUNT; i++)
		threads[i] = check_thread(works[i], (void *)(i + 1));
	check_ready();
	check_wait();
	for (int i = 0; i < COUNT; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK(ticks > 0, "the timer never fired");
	return check_passed();
}
