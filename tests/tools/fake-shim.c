/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that looks as if it ran under krgghost, and answers as it is told. */

/* fake-shim FOLDER ANSWER   maps FOLDER/libkrgghost.so and makes FOLDER/ready when
 *                           it can be asked; the number of the mailbox is then
 *                           written to FOLDER/number
 * fake-shim FOLDER front ANSWER   the same as grandchild of a "krg-resume" */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../ghost/mailbox.h"

#define STEPS     40
#define STEP_TIME 50000 /* microseconds */
#define GIB       (1ULL << 30)

static volatile sig_atomic_t asked;

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	asked = info->si_code == SI_QUEUE ? info->si_value.sival_int : -1;
}

static void fail(const char *what)
{
	fprintf(stderr, "fake-shim: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void state(struct mailbox *mailbox, uint32_t value)
{
	__atomic_store_n(&mailbox->state, value, __ATOMIC_RELEASE);
}

static void answer_whole(struct mailbox *mailbox)
{
	const char *name = mailbox->output[0] ? mailbox->output : "/there/fake.ghost";

	state(mailbox, MAILBOX_STARTED);
	state(mailbox, MAILBOX_WRITING);
	mailbox->ghost_size = 12939428;
	mailbox->pause = 2512;
	mailbox->total = 1254000;
	memcpy(mailbox->ghost, name, strlen(name) + 1);
	state(mailbox, MAILBOX_DONE);
	if (!(mailbox->flags & MAILBOX_KILL))
		return;
	usleep(10 * STEP_TIME);
	raise(SIGKILL);
}

static void answer_slowly(struct mailbox *mailbox)
{
	mailbox->bytes_total = 2 * GIB;
	state(mailbox, MAILBOX_WRITING);
	for (uint64_t i = 0; i <= STEPS; i++) {
		mailbox->bytes_done = mailbox->bytes_total / STEPS * i;
		usleep(STEP_TIME);
	}
	answer_whole(mailbox);
}

static void answer_failed(struct mailbox *mailbox)
{
	state(mailbox, MAILBOX_WRITING);
	strcpy(mailbox->message, "descriptor 7: a perf event cannot be carried: close it");
	state(mailbox, MAILBOX_FAILED);
}

/* Ignores the request to end, too. */
static void answer_stubbornly(struct mailbox *mailbox)
{
	mailbox->flags = 0;
	answer_whole(mailbox);
}

static void answer_never(struct mailbox *mailbox)
{
	(void)mailbox;
}

static void answer_halfway(struct mailbox *mailbox)
{
	state(mailbox, MAILBOX_WRITING);
}

static void die(struct mailbox *mailbox)
{
	state(mailbox, MAILBOX_WRITING);
	raise(SIGKILL);
}

/* Orders for the terminal in strings without an end, and numbers beyond all limits. */
static void lie(struct mailbox *mailbox)
{
	size_t answers = offsetof(struct mailbox, bytes_done);

	memset((char *)mailbox + answers, 0xff, sizeof(*mailbox) - answers);
	mailbox->bytes_total = 1;
	state(mailbox, MAILBOX_WRITING);
	usleep(20 * STEP_TIME);
	memset(mailbox->ghost, '\033', sizeof(mailbox->ghost));
	memset(mailbox->message, '\n', sizeof(mailbox->message));
	state(mailbox, MAILBOX_DONE);
}

static void invent_a_state(struct mailbox *mailbox)
{
	state(mailbox, 77);
}

static const struct {
	const char *name;
	void (*give)(struct mailbox *mailbox);
} answers[] = {
	{ "whole", answer_whole },
	{ "slow", answer_slowly },
	{ "failed", answer_failed },
	{ "stubborn", answer_stubbornly },
	{ "deaf", answer_never },
	{ "halfway", answer_halfway },
	{ "dies", die },
	{ "lies", lie },
	{ "invents", invent_a_state },
};

static void write_file(const char *folder, const char *name, int number)
{
	char path[4096], whole[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.part", folder, name);
	snprintf(whole, sizeof(whole), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file || fprintf(file, "%d\n", number) < 0 || fclose(file) || rename(path, whole))
		fail(path);
}

static void map_library(const char *folder)
{
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/libkrgghost.so", folder);
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || ftruncate(file, 4096) ||
	    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED)
		fail(path);
	close(file);
}

/* NULL where it is gone: who asks may change his mind. */
static struct mailbox *open_mailbox(int number)
{
	struct mailbox *mailbox;
	struct stat stat;
	char path[64];
	int file;

	snprintf(path, sizeof(path), "%s%d", MAILBOX_PREFIX, number);
	file = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0 && errno == ENOENT)
		return NULL;
	if (file < 0 || fstat(file, &stat))
		fail(path);
	errno = EPERM;
	if (!S_ISREG(stat.st_mode) || stat.st_uid != geteuid() || (stat.st_mode & 07777) != 0600)
		fail(path);
	mailbox = mmap(NULL, sizeof(*mailbox), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (mailbox == MAP_FAILED || mailbox->magic != MAILBOX_MAGIC)
		fail(path);
	close(file);
	return mailbox;
}

static void *idle(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

/* The signal is caught, as a shim does it, but only while we wait for it. */
static void serve(const char *folder, void (*give)(struct mailbox *mailbox))
{
	const char *wanted = getenv("KRG_SIGNAL");
	int number = wanted ? atoi(wanted) : SIGUSR2;
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	sigset_t set, before;
	pthread_t thread;

	map_library(folder);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, &before);
	if (sigaction(number, &action, NULL))
		fail("sigaction");
	if (pthread_create(&thread, NULL, idle, NULL))
		fail("thread");
	write_file(folder, "ready", getpid());
	for (;;) {
		struct mailbox *mailbox = NULL;

		asked = 0;
		sigsuspend(&before);
		if (asked > 0)
			mailbox = open_mailbox(asked);
		if (asked)
			write_file(folder, "number", asked);
		if (mailbox)
			give(mailbox);
	}
}

/* Stands where krg-resume stands, twice, as it does in a namespace. */
static void stand_in_front(int depth)
{
	prctl(PR_SET_NAME, "krg-resume");
	for (; depth; depth--) {
		pid_t child = fork();

		if (child < 0)
			fail("fork");
		if (child) {
			waitpid(child, NULL, 0);
			exit(0);
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	prctl(PR_SET_NAME, "program");
}

int main(int argc, char **argv)
{
	int front = argc == 4 && !strcmp(argv[2], "front");

	if (argc != 3 && !front)
		return 99;
	if (front)
		stand_in_front(2);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (!strcmp(answers[i].name, argv[argc - 1]))
			serve(argv[1], answers[i].give);
	return 99;
}
