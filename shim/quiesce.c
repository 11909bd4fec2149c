/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stopping every thread of the process, and letting them go on. */
#include "quiesce.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <string.h>
#include <time.h>

#include "../ghost/inject.h"
#include "../ghost/task.h"
#include "../ghost/text.h"
#include "anchor.h"
#include "pending.h"
#include "proc.h"
#include "replay.h"
#include "signal.h"
#include "thread.h"
#include "unblock.h"

#define RECHECK_NANOSECONDS 2000000	/* between listings while somebody is awaited */
#define UNREADABLE UINT32_MAX		/* no tid: to be looked at again */
#define PATIENCE_NANOSECONDS 50000000	/* before a thread's mask is looked at */

/* The turn's state: valid while anchor.turn is odd. */
static struct quiesce *current;

/* Finds or makes the entry of a thread.  Lock-free: the stopping task and the
 * threads themselves meet here.  NULL when the table is full. */
static struct stop_entry *entry_of(struct quiesce *quiesce, uint32_t tid)
{
	uint32_t place = tid * 2654435761U;

	for (uint32_t tries = 0; tries < STOP_ENTRIES * 3 / 4; tries++, place++) {
		struct stop_entry *entry = &quiesce->entries[place % STOP_ENTRIES];
		uint32_t found = 0;

		if (__atomic_compare_exchange_n(&entry->tid, &found, tid, 0, __ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE) ||
		    found == tid)
			return entry;
	}
	return NULL;
}

/* Returns the turn to wait for, or 0 where there is none any more: a request may
 * arrive after its checkpoint was cancelled, and the scratch memory go away while
 * a thread is about to look there.  Hence the count of visitors; see
 * quiesce_release(). */
static uint32_t arrive(struct slot *slot)
{
	struct stop_entry *entry = NULL;
	uint32_t turn;

	__atomic_add_fetch(&anchor.visitors, 1, __ATOMIC_SEQ_CST);
	turn = __atomic_load_n(&anchor.turn, __ATOMIC_SEQ_CST);
	if (turn & 1)
		entry = entry_of(current, slot->tid);
	replay_prepare(slot->frame, entry);
	thread_capture(slot);
	if (entry)
		__atomic_store_n(&entry->parked, 1, __ATOMIC_RELEASE);
	__atomic_sub_fetch(&anchor.visitors, 1, __ATOMIC_RELEASE);
	return turn & 1 ? turn : 0;
}

int quiesce_awaits(uint32_t tid)
{
	struct stop_entry *entry = NULL;
	int awaited;

	__atomic_add_fetch(&anchor.visitors, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&anchor.turn, __ATOMIC_SEQ_CST) & 1)
		entry = entry_of(current, tid);
	awaited = entry && __atomic_load_n(&entry->signalled, __ATOMIC_ACQUIRE) &&
		  !__atomic_load_n(&entry->parked, __ATOMIC_ACQUIRE);
	__atomic_sub_fetch(&anchor.visitors, 1, __ATOMIC_RELEASE);
	return awaited;
}

/* The bell is read before anything that it announces, so that a ringing in
 * between is not slept through. */
void quiesce_wait(struct slot *slot, uint32_t turn)
{
	for (;;) {
		uint32_t bell = __atomic_load_n(&anchor.bell, __ATOMIC_ACQUIRE);

		if (__atomic_load_n(&anchor.turn, __ATOMIC_ACQUIRE) != turn)
			return;
		pending_serve(slot);
		sys_futex_wait(&anchor.bell, bell, NULL);
	}
}

void quiesce_ring(void)
{
	__atomic_add_fetch(&anchor.bell, 1, __ATOMIC_RELEASE);
	sys_futex_wake(&anchor.bell, INT_MAX);
}

void quiesce_park(struct slot *slot)
{
	uint32_t turn = arrive(slot);

	if (turn) {
		__atomic_add_fetch(&anchor.arrivals, 1, __ATOMIC_RELEASE);
		sys_futex_wake(&anchor.arrivals, INT_MAX);
		quiesce_wait(slot, turn);
	}
	thread_go_on(slot);
}

void quiesce_release(void)
{
	__atomic_add_fetch(&anchor.turn, 1, __ATOMIC_SEQ_CST);
	quiesce_ring();
	/* Whoever comes now finds the turn over; those who came just before are
	 * within a few instructions of leaving. */
	while (__atomic_load_n(&anchor.visitors, __ATOMIC_SEQ_CST))
		sys_call0(SYS_sched_yield);
}

/* --- the stopping task ------------------------------------------------------ */

static long read_task_file(int tasks, uint32_t listed, const char *name, char *data, size_t size)
{
	char path[48];
	struct text text;
	long length;
	int file;

	text_open(&text, path, sizeof(path));
	text_add_decimal(&text, listed);
	text_add(&text, name);
	file = sys_openat(tasks, path, O_RDONLY | O_CLOEXEC, 0);
	if (file < 0)
		return file;
	length = sys_read(file, data, size - 1);
	sys_close(file);
	data[length > 0 ? length : 0] = '\0';
	return length;
}

/* The third field of stat; the second, in parentheses, may hold anything. */
static char task_state(int tasks, uint32_t listed)
{
	char stat[512];
	const char *name_end;

	if (read_task_file(tasks, listed, "/stat", stat, sizeof(stat)) <= 0)
		return 'X';
	name_end = strrchr(stat, ')');
	return name_end && name_end[1] == ' ' ? name_end[2] : '?';
}

/* "nr a b c d e f sp pc", or "running", or "-1 sp pc" outside a system call. */
static void sample_call(int tasks, uint32_t listed, struct stop_entry *entry)
{
	char line[256];
	const char *cursor = line;

	entry->nr = -1;
	if (read_task_file(tasks, listed, "/syscall", line, sizeof(line)) <= 0)
		return;
	if (*cursor < '0' || *cursor > '9')
		return;
	entry->nr = (int64_t)text_take_decimal(&cursor);
	for (int field = 0; field < 8; field++) {
		uint64_t value;

		while (*cursor == ' ')
			cursor++;
		cursor = text_after(cursor, "0x");
		if (!cursor) {
			entry->nr = -1;
			return;
		}
		value = text_take_hex(&cursor);
		if (field == 6)
			entry->stack_pointer = value;
		if (field == 7)
			entry->program_counter = value;
	}
}

/* The tid in the namespace of the program, where /proc shows another's: the
 * last number of the line.  0 for a thread that has just ended. */
static uint32_t inner_tid(int tasks, uint32_t listed)
{
	static const char field[] = "\nNSpid:";
	char status[4096];
	const char *cursor;
	uint32_t tid = listed;
	long length = read_task_file(tasks, listed, "/status", status, sizeof(status));

	if (length <= 0)
		return length == -ENOENT || length == -ESRCH ? 0 : UNREADABLE;
	cursor = strstr(status, field);
	if (!cursor)
		return listed;
	cursor += sizeof(field) - 1;
	while (*cursor == '\t') {
		cursor++;
		tid = (uint32_t)text_take_decimal(&cursor);
	}
	return tid;
}

/* "SigBlk:" of a thread's status, as to the signal that stops it. */
static int blocks_stop(int tasks, uint32_t listed)
{
	char status[4096];
	const char *line;

	if (read_task_file(tasks, listed, "/status", status, sizeof(status)) <= 0)
		return 0;
	line = strstr(status, "\nSigBlk:\t");
	if (!line)
		return 0;
	line += 9;
	return (text_take_hex(&line) & SYS_SIGBIT(SIGNAL_STOP)) != 0;
}

struct listing {
	int64_t now;		/* nanoseconds */
	struct quiesce *quiesce;
	int tasks;		/* directory */
	int foreign;		/* its numbers are another namespace's */
	uint32_t waiting;	/* seen in this pass and not stopped */
	uint32_t threads;
};

/* A thread that sleeps with that signal blocked for longer than libc ever does
 * inside itself has blocked it where no wrapper saw it. */
static void hurry(struct listing *listing, struct stop_entry *entry, uint32_t tid,
		  uint32_t listed)
{
	if (entry->unblocked || listing->now - entry->since < PATIENCE_NANOSECONDS ||
	    listing->quiesce->stuck_state != 'S' || !blocks_stop(listing->tasks, listed))
		return;
	entry->unblocked = 1;
	unblock_thread((int)tid);
}

static int meet(struct listing *listing, uint32_t listed)
{
	uint32_t tid = listing->foreign ? inner_tid(listing->tasks, listed) : listed;
	struct stop_entry *entry;

	if (!tid || tid == anchor.leader)
		return 0;
	if (tid == UNREADABLE) {
		listing->waiting++;
		return 0;
	}
	entry = entry_of(listing->quiesce, tid);
	if (!entry)
		return -E2BIG;
	listing->threads++;
	if (entry->ended || __atomic_load_n(&entry->parked, __ATOMIC_ACQUIRE))
		return 0;
	listing->quiesce->stuck = tid;
	listing->quiesce->stuck_state = task_state(listing->tasks, listed);
	if (listing->quiesce->stuck_state == 'Z') {
		entry->ended = 1;
		return 0;
	}
	listing->waiting++;
	if (entry->signalled) {
		listing->quiesce->stuck_call = entry->nr;
		hurry(listing, entry, tid, listed);
		return 0;
	}
	sample_call(listing->tasks, listed, entry);
	entry->since = listing->now;
	/* Before it is sent: the thread looks at this when it gets it. */
	__atomic_store_n(&entry->signalled, 1, __ATOMIC_RELEASE);
	if (signal_ask_to_stop((int)tid))
		__atomic_store_n(&entry->signalled, 0, __ATOMIC_RELEASE);
	return 0;
}

/* One pass over the directory. */
static int list_tasks(struct listing *listing)
{
	char entries[8192];
	long length;

	listing->waiting = listing->threads = 0;
	length = sys_lseek(listing->tasks, 0, SEEK_SET);
	if (length < 0)
		return (int)length;
	while ((length = sys_getdents64(listing->tasks, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < length;) {
			const struct dirent64 *entry = (void *)(entries + at);
			const char *name = entry->d_name;
			int error = 0;

			if (*name != '.')
				error = meet(listing, (uint32_t)text_take_decimal(&name));
			if (error)
				return error;
			at += entry->d_reclen;
		}
	}
	return (int)length;
}

static int64_t now_nanoseconds(void)
{
	struct timespec now = { 0, 0 };

	sys_call2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int stop_listed(struct listing *listing)
{
	const struct timespec pause = { .tv_nsec = RECHECK_NANOSECONDS };
	int64_t deadline = now_nanoseconds() + anchor.settings.timeout * 1000000000LL;
	int clean = 0;

	while (clean < 2) {
		uint32_t arrivals = __atomic_load_n(&anchor.arrivals, __ATOMIC_ACQUIRE);
		int error;

		listing->now = now_nanoseconds();
		error = list_tasks(listing);
		if (error)
			return error;
		if (__atomic_load_n(&anchor.shortage, __ATOMIC_RELAXED))
			return -ENOMEM;
		clean = listing->waiting ? 0 : clean + 1;
		if (!listing->waiting)
			continue;
		if (listing->now > deadline)
			return -ETIMEDOUT;
		sys_futex_wait(&anchor.arrivals, arrivals, &pause);
	}
	return 0;
}

static int stop_task(void *argument)
{
	struct quiesce *quiesce = argument;
	struct listing listing = { .quiesce = quiesce };

	inject_helper_begins(INJECT_STOPPER);
	task_follow(anchor.pid);
	sys_call3(SYS_close_range, 0, ~0U, 0);
	listing.tasks = proc_open("/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	listing.foreign = proc_pid() != (uint32_t)anchor.pid;
	if (listing.tasks < 0)
		quiesce->error = listing.tasks;
	else
		quiesce->error = stop_listed(&listing);
	if (quiesce->error != -ETIMEDOUT)
		quiesce->stuck = 0;
	quiesce->threads = listing.threads;
	quiesce->finished = 1;
	return 0;
}

/* unshare(CLONE_THREAD) changes nothing; it succeeds in a process of one thread
 * and only there (kernel/fork.c, check_unshare_flags). */
int quiesce_is_alone(void)
{
	return sys_call1(SYS_unshare, CLONE_THREAD) == 0;
}

int quiesce_stop(struct quiesce *quiesce, struct stop_entry *entries, void *stack_top)
{
	long task;

	memset(quiesce, 0, sizeof(*quiesce));
	quiesce->entries = entries;
	current = quiesce;
	anchor.shortage = 0;
	quiesce->turn = __atomic_add_fetch(&anchor.turn, 1, __ATOMIC_ACQ_REL);
	if (quiesce_is_alone())
		return 0;
	signal_install_stop();
	task = task_clone(CLONE_VM, stack_top, stop_task, quiesce);
	if (task < 0)
		return (int)task;
	/* A thread that still runs may wait for any child at all (__WALL) and take
	 * this one from us; that it has ended is what we wait for. */
	task_wait((int)task);
	return quiesce->finished ? quiesce->error : -ECHILD;
}
