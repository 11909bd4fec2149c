/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPU time and what else getrusage(2) counts: it goes on after a restart. */
#include "usage.h"

#include <string.h>
#include <sys/mman.h>

#include "anchor.h"
#include "slot.h"

#define SECOND 1000000000LL

/* Of another process's or thread's clock (kernel: include/linux/posix-timers.h):
 * the complement of its id, then whether it is a thread's, then what is counted. */
#define CLOCK_OF_THREAD 4
#define CLOCK_ALL       0 /* user and system time */
#define CLOCK_USER      1
#define CLOCK_EXACT     2

__thread struct usage usage_own __attribute__((tls_model("initial-exec")));

static int64_t microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000LL + time->tv_usec;
}

static void ask_rusage(int who, struct usage *usage)
{
	struct rusage rusage;

	memset(&rusage, 0, sizeof(rusage));
	sys_call2(SYS_getrusage, who, &rusage);
	*usage = (struct usage){
		.user = microseconds(&rusage.ru_utime),
		.system = microseconds(&rusage.ru_stime),
		.count = { rusage.ru_minflt, rusage.ru_majflt, rusage.ru_inblock, rusage.ru_oublock,
			   rusage.ru_nvcsw, rusage.ru_nivcsw },
	};
}

static void ask(int who, clockid_t clock, struct usage *usage)
{
	struct timespec time = { 0, 0 };

	ask_rusage(who, usage);
	sys_call2(SYS_clock_gettime, clock, &time);
	usage->cpu = time.tv_sec * SECOND + time.tv_nsec;
}

static void add(struct usage *usage, const struct usage *other, int sign)
{
	usage->cpu += sign * other->cpu;
	usage->user += sign * other->user;
	usage->system += sign * other->system;
	for (int i = 0; i < USAGE_COUNTS; i++)
		usage->count[i] += sign * other->count[i];
}

void usage_capture_thread(struct usage *total)
{
	ask(RUSAGE_THREAD, CLOCK_THREAD_CPUTIME_ID, total);
	add(total, &usage_own, 1);
}

void usage_capture_process(void)
{
	struct usage_state *state = &anchor.usage;

	ask(RUSAGE_SELF, CLOCK_PROCESS_CPUTIME_ID, &state->process_total);
	add(&state->process_total, &state->process, 1);
	ask_rusage(RUSAGE_CHILDREN, &state->children_total);
	add(&state->children_total, &state->children, 1);
}

void usage_revive_thread(struct usage *total)
{
	struct usage now;

	ask(RUSAGE_THREAD, CLOCK_THREAD_CPUTIME_ID, &now);
	add(total, &now, -1);
	usage_own = *total;
}

static int count_slot(struct slot *slot, void *count)
{
	(void)slot;
	++*(uint64_t *)count;
	return 0;
}

static int list_slot(struct slot *slot, void *argument)
{
	struct usage_state *state = argument;

	state->threads[state->thread_count++] = (struct usage_thread){
		slot->tid,
		slot->usage.cpu,
		slot->usage.user,
		slot->usage.system,
	};
	return 0;
}

static void list_threads(struct usage_state *state)
{
	uint64_t count = 0;
	void *memory;

	if (state->threads)
		sys_munmap(state->threads, state->thread_count * sizeof(*state->threads));
	state->threads = NULL;
	state->thread_count = 0;
	slot_each(count_slot, &count);
	memory = sys_mmap(NULL, count * sizeof(*state->threads), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (sys_failed(memory))
		return;
	state->threads = memory;
	slot_each(list_slot, state);
}

void usage_revive_process(void)
{
	struct usage_state *state = &anchor.usage;
	struct usage now;

	list_threads(state);
	ask(RUSAGE_SELF, CLOCK_PROCESS_CPUTIME_ID, &now);
	state->process = state->process_total;
	add(&state->process, &now, -1);
	ask_rusage(RUSAGE_CHILDREN, &now);
	now.cpu = 0;
	state->children = state->children_total;
	add(&state->children, &now, -1);
}

void usage_forget(void)
{
	memset(&usage_own, 0, sizeof(usage_own));
	memset(&anchor.usage.process, 0, sizeof(anchor.usage.process));
	memset(&anchor.usage.children, 0, sizeof(anchor.usage.children));
	anchor.usage.thread_count = 0;
}

static int64_t counted(int what, int64_t cpu, int64_t user, int64_t system)
{
	switch (what) {
	case CLOCK_ALL:
		return (user + system) * 1000;
	case CLOCK_USER:
		return user * 1000;
	default:
		return cpu;
	}
}

static int64_t thread_offset(uint32_t tid, int what)
{
	const struct usage_state *state = &anchor.usage;

	if (!tid || tid == (uint32_t)sys_gettid())
		return counted(what, usage_own.cpu, usage_own.user, usage_own.system);
	for (uint64_t i = 0; i < state->thread_count; i++)
		if (state->threads[i].tid == tid)
			return counted(what, state->threads[i].cpu, state->threads[i].user,
				       state->threads[i].system);
	return 0;
}

int64_t usage_clock_offset(clockid_t clock)
{
	const struct usage *process = &anchor.usage.process;
	uint32_t id = clock < 0 ? ~(uint32_t)(clock >> 3) : 0;
	int what = clock < 0 ? clock & 3 : CLOCK_EXACT;

	if (clock == CLOCK_THREAD_CPUTIME_ID || (clock < 0 && clock & CLOCK_OF_THREAD))
		return thread_offset(id, what);
	if (id && id != (uint32_t)anchor.pid)
		return 0;
	return counted(what, process->cpu, process->user, process->system);
}

/* What the kernel counts in a reborn process is never less than when the offset
 * was taken, but it adjusts how it divides time between user and system. */
static void add_time(struct timeval *time, int64_t offset)
{
	int64_t sum = microseconds(time) + offset;

	sum = sum < 0 ? 0 : sum;
	time->tv_sec = sum / 1000000;
	time->tv_usec = sum % 1000000;
}

void usage_add(int who, struct rusage *rusage)
{
	const struct usage *usage = who == RUSAGE_SELF       ? &anchor.usage.process
				    : who == RUSAGE_CHILDREN ? &anchor.usage.children
				    : who == RUSAGE_THREAD   ? &usage_own
							     : NULL;
	long *const counts[USAGE_COUNTS] = {
		&rusage->ru_minflt,  &rusage->ru_majflt, &rusage->ru_inblock,
		&rusage->ru_oublock, &rusage->ru_nvcsw,  &rusage->ru_nivcsw,
	};

	if (!usage)
		return;
	add_time(&rusage->ru_utime, usage->user);
	add_time(&rusage->ru_stime, usage->system);
	for (int i = 0; i < USAGE_COUNTS; i++)
		*counts[i] += usage->count[i];
}

void usage_shift(struct timespec *time, int64_t offset)
{
	int64_t sum = time->tv_sec * SECOND + time->tv_nsec + offset;

	sum = sum < 0 ? 0 : sum;
	time->tv_sec = sum / SECOND;
	time->tv_nsec = sum % SECOND;
}
