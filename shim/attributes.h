/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the kernel schedules a thread, and what prctl(2) sets for one. */
#ifndef SHIM_ATTRIBUTES_H
#define SHIM_ATTRIBUTES_H

/* Zone: signal.  Linux keeps all of this, nice values included, for each thread. */

#include <stdint.h>

#define ATTRIBUTES_CPUS 1024

/* As sched_getattr(2) has it, first version. */
struct schedule {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* A set of CPUs as sched_setaffinity(2) wants it. */
struct cpus {
	uint64_t word[ATTRIBUTES_CPUS / 64];
};

struct attributes {
	uint32_t known; /* 0: nobody could be asked (a thread that had ended) */
	uint32_t any_cpu; /* it may run on all that there are */
	struct schedule schedule;
	struct cpus cpus;
	uint64_t timer_slack; /* nanoseconds */
	int32_t io_priority;
	uint32_t io_flusher;
	int32_t death_signal; /* PR_SET_PDEATHSIG */
};

/* Notes which CPUs this machine has; at the start, and after a restart.  Opens
 * a file for a moment. */
void attributes_learn_cpus(void);

/* The calling thread's. */
void attributes_capture(struct attributes *attributes);

/* Makes them the calling thread's, as permitted; what is not goes to the log.
 * Before the credentials, which take permissions away. */
void attributes_revive(const struct attributes *attributes);

/* After the credentials, whose change makes the kernel forget it. */
void attributes_revive_late(const struct attributes *attributes);

#endif
