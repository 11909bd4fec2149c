/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPU time and what else getrusage(2) counts: it goes on after a restart. */
#ifndef SHIM_USAGE_H
#define SHIM_USAGE_H

/* Zone: signal, the last part also wrapper.  The kernel counts a reborn process
 * and its threads from 0.  What they had used before, less what the restart used
 * itself, is an offset that the wrappers add. */

#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#define USAGE_COUNTS 6 /* faults, minor and major; blocks in and out; switches of two kinds */

struct usage {
	int64_t cpu; /* nanoseconds, as the clock has it */
	int64_t user, system; /* microseconds */
	int64_t count[USAGE_COUNTS];
};

/* What the calling thread may be asked about another one. */
struct usage_thread {
	uint32_t tid;
	int64_t cpu, user, system;
};

/* In the anchor. */
struct usage_state {
	struct usage process, children; /* offsets; 0 before any restart */
	struct usage process_total, children_total; /* at the checkpoint */
	struct usage_thread *threads; /* those of the last restart */
	uint64_t thread_count;
};

/* The calling thread's offset. */
extern __thread struct usage usage_own __attribute__((tls_model("initial-exec")));

/* Totals at the checkpoint: of the calling thread, and of the process. */
void usage_capture_thread(struct usage *total);
void usage_capture_process(void);

/* In the reborn process: each thread turns its total into its offset … */
void usage_revive_thread(struct usage *total);

/* … and then the first one does what is the process's, threads included. */
void usage_revive_process(void);

/* A child begins at 0. */
void usage_forget(void);

/* Whether a clock is one of those that are moved: of a CPU, and no descriptor's. */
static inline int usage_is_cpu_clock(clockid_t clock)
{
	return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID ||
	       (clock < 0 && (clock & 3) != 3);
}

/* Nanoseconds that the program believes such a clock to be ahead of the kernel's. */
int64_t usage_clock_offset(clockid_t clock);

/* Adds what getrusage(2) does not know. */
void usage_add(int who, struct rusage *rusage);

/* `time` and `offset` nanoseconds, and not less than nothing. */
void usage_shift(struct timespec *time, int64_t offset);

#endif
