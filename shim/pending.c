/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals that wait, because the program has blocked them. */
#include "pending.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"
#include "anchor.h"
#include "limit.h"
#include "quiesce.h"
#include "signal.h"

/* In the nest, so that they travel with the memory. */
static struct pending_signal signals[PENDING_MAX];
static uint32_t count;
static int failure;

/* In the handler everything is blocked, so the kernel tells all that waits. */
int pending_look(struct slot *slot)
{
	slot->pending = 0;
	return (int)sys_call2(SYS_rt_sigpending, &slot->pending, sizeof(slot->pending));
}

/* What stands behind `field` in a file "status" of /proc; NULL with *error. */
static const char *status_field(const char *path, const char *field, char *status, size_t size,
				int *error)
{
	int file = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	const char *line = NULL;
	long length = file;

	if (file >= 0) {
		length = text_read(file, status, size);
		sys_close(file);
	}
	if (length >= 0)
		line = strstr(status, field);
	*error = length < 0 ? (int)length : line ? 0 : -ENOENT;
	return line ? line + strlen(field) : NULL;
}

/* The "SigPnd:" line, which /proc has for each thread. */
static int set_of(const char *path, sys_sigset_t *set)
{
	char status[4096];
	int error;
	const char *line = status_field(path, "\nSigPnd:\t", status, sizeof(status), &error);

	*set = line ? text_take_hex(&line) : 0;
	return error;
}

/* Whether what is taken out of the queue finds room there again: "SigQ:" counts what
 * waits in all processes of the user, and the hard limit is the widest to be had. */
static int has_room(void)
{
	char status[4096];
	uint64_t limit[2];
	int error;
	const char *line = status_field("/proc/thread-self/status", "\nSigQ:\t", status,
					sizeof(status), &error);

	if (!error)
		error = (int)sys_call4(SYS_prlimit64, 0, RLIMIT_SIGPENDING, 0, limit);
	if (!error && text_take_decimal(&line) > limit[1])
		error = -EAGAIN;
	return error;
}

static int own_set(sys_sigset_t *set)
{
	return set_of("/proc/thread-self/status", set);
}

static void fail(int error)
{
	if (error && !failure)
		failure = error;
}

/* Threads that were still running may have sent something to one that had stopped
 * and looked already.  In a /proc of other numbers there is no such file. */
static void look_again(struct slot *slot)
{
	char path[48];
	sys_sigset_t set;
	struct text text;
	int error;

	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/task/");
	text_add_decimal(&text, slot->tid);
	text_add(&text, "/status");
	error = set_of(path, &set);
	slot->pending |= set;
	if (error && error != -ENOENT)
		fail(error);
}

/* Takes one signal of the set out of the kernel.  Those sent to the thread come
 * before those sent to the process (kernel/signal.c, dequeue_signal). */
static int take_one(sys_sigset_t set, uint32_t tid)
{
	const struct timespec at_once = { 0, 0 };
	struct pending_signal *signal = &signals[count];
	long number;

	if (count == PENDING_MAX)
		return -E2BIG;
	memset(signal, 0, sizeof(*signal));
	do
		number = sys_call4(SYS_rt_sigtimedwait, &set, &signal->info, &at_once,
				   sizeof(set));
	while (number == -EINTR);
	if (number < 0)
		return (int)number;
	signal->tid = tid;
	/* A request for a checkpoint is no part of the program. */
	signal->request = (uint32_t)signal_is_request(&signal->info);
	count++;
	return 0;
}

/* The kernel lets only the main thread send its process what looks as if another
 * had sent it (kernel/signal.c, do_rt_sigqueueinfo). */
static int send_again(const struct pending_signal *signal)
{
	siginfo_t info = signal->info;
	int number = info.si_signo;
	int error;

	if (signal->tid)
		return (int)sys_call4(SYS_rt_tgsigqueueinfo, anchor.pid, signal->tid, number,
				      &info);
	error = (int)sys_call3(SYS_rt_sigqueueinfo, anchor.pid, number, &info);
	if (error != -EPERM)
		return error;
	info.si_code = SI_QUEUE;
	return (int)sys_call3(SYS_rt_sigqueueinfo, anchor.pid, number, &info);
}

/* RLIMIT_SIGPENDING counts all processes of a user, so another's may have taken the
 * place in the queue that had just become free.  Nobody else runs here who could see
 * that the limit is wider for a moment. */
static int send_with_room(const struct pending_signal *signal)
{
	struct limit limit;
	int error;

	/* Even where there is no higher limit: the signal had a place just before, and
	 * who has it now, of this user's processes, may have given it back. */
	limit_raise(&limit, RLIMIT_SIGPENDING);
	error = send_again(signal);
	limit_lower(&limit);
	return error;
}

/* If nothing helps the signal itself still comes, once and without its information,
 * as if by kill(2). */
static int put_back(const struct pending_signal *signal)
{
	int error = send_again(signal);

	if (error == -EAGAIN)
		error = send_with_room(signal);
	if (error != -EAGAIN)
		return error;
	if (signal->tid)
		sys_call3(SYS_tgkill, anchor.pid, signal->tid, signal->info.si_signo);
	else
		sys_call2(SYS_kill, anchor.pid, signal->info.si_signo);
	return error;
}

/* As long as one of the thread's own waits, it is the next of its number. */
static int take_own(uint32_t tid)
{
	sys_sigset_t set;
	int error;

	while (!(error = own_set(&set)) && set) {
		error = take_one(set, tid);
		if (error)
			break;
	}
	return error;
}

static int take_shared(void)
{
	int error;

	do
		error = take_one(SYS_SIGALL, 0);
	while (!error);
	return error == -EAGAIN ? 0 : error;
}

static int serve(struct slot *slot, enum pending_command command)
{
	uint32_t first = count;
	int error = take_own(slot->tid);

	if (!error && command == PENDING_ALL)
		error = take_shared();
	for (uint32_t i = first; i < count; i++)
		fail(put_back(&signals[i]));
	return error;
}

void pending_serve(struct slot *slot)
{
	uint32_t command = __atomic_load_n(&slot->command, __ATOMIC_ACQUIRE);

	if (!command)
		return;
	fail(serve(slot, command));
	__atomic_store_n(&slot->command, PENDING_NOTHING, __ATOMIC_RELEASE);
	sys_futex_wake(&slot->command, 1);
}

/* Everybody wakes, one has something to do. */
static void ask(struct slot *slot, struct slot *leader, enum pending_command command)
{
	if (slot == leader) {
		fail(serve(slot, command));
		return;
	}
	__atomic_store_n(&slot->command, command, __ATOMIC_RELEASE);
	quiesce_ring();
	while (__atomic_load_n(&slot->command, __ATOMIC_ACQUIRE) == (uint32_t)command)
		sys_futex_wait(&slot->command, command, NULL);
}

struct census {
	struct slot *leader, *main;
	sys_sigset_t any;
};

static int count_slot(struct slot *slot, void *argument)
{
	struct census *census = argument;

	if (slot->ended)
		return 0;
	if (slot->tid == (uint32_t)anchor.pid)
		census->main = slot;
	if (slot != census->leader)
		look_again(slot);
	census->any |= slot->pending;
	return 0;
}

static int ask_slot(struct slot *slot, void *argument)
{
	struct census *census = argument;

	if (slot == census->main)
		ask(slot, census->leader, PENDING_ALL);
	else if (slot->pending && !slot->ended)
		ask(slot, census->leader, PENDING_OWN);
	return 0;
}

int pending_capture(struct slot *leader)
{
	struct census census = { .leader = leader };

	count = 0;
	failure = 0;
	fail(pending_look(leader));
	slot_each(count_slot, &census);
	if (!census.any || failure)
		return failure;
	fail(has_room());
	if (failure)
		return failure;
	if (!census.main)
		census.main = leader;
	slot_each(ask_slot, &census);
	return failure;
}

void pending_revive_own(uint32_t tid)
{
	for (uint32_t i = 0; i < count; i++)
		if (signals[i].tid == tid && !signals[i].request)
			put_back(&signals[i]);
}

void pending_revive_shared(void)
{
	for (uint32_t i = 0; i < count; i++)
		if (!signals[i].tid && !signals[i].request)
			put_back(&signals[i]);
}
