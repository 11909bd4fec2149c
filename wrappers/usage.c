/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPU time: what was used before a restart belongs to it. */
#include "../shim/usage.h"

#include "../shim/anchor.h"
#include "real.h"

/* Zone: wrapper.  A program that was never resumed has offsets of 0. */

#define EXPORT __attribute__((visibility("default")))

/* Every other clock is a comparison and a jump away from libc. */
EXPORT int clock_gettime(clockid_t clock, struct timespec *time)
{
	int error;

	if (__builtin_expect(!usage_is_cpu_clock(clock), 1))
		return real_get()->clock_gettime(clock, time);
	error = real_get()->clock_gettime(clock, time);
	if (!error)
		usage_shift(time, usage_clock_offset(clock));
	return error;
}

EXPORT clock_t clock(void)
{
	clock_t used = real_get()->clock();

	return used == (clock_t)-1 ? used : used + anchor.usage.process.cpu / 1000;
}

/* times(2) counts in hundredths here: what sysconf(_SC_CLK_TCK) says. */
#define TICK 10000 /* microseconds */

static clock_t ticks(const struct timeval *time)
{
	return (time->tv_sec * 1000000L + time->tv_usec) / TICK;
}

/* From what is exact: of two numbers rounded down the sum could go back. */
static void count_ticks(int who, clock_t *user, clock_t *system)
{
	struct rusage usage;

	if (getrusage((__rusage_who_t)who, &usage))
		return;
	*user = ticks(&usage.ru_utime);
	*system = ticks(&usage.ru_stime);
}

EXPORT clock_t times(struct tms *used)
{
	clock_t now = real_get()->times(used);

	if (!used || now == (clock_t)-1 || !anchor.usage.process.cpu)
		return now;
	count_ticks(RUSAGE_SELF, &used->tms_utime, &used->tms_stime);
	count_ticks(RUSAGE_CHILDREN, &used->tms_cutime, &used->tms_cstime);
	return now;
}

EXPORT int getrusage(__rusage_who_t who, struct rusage *usage)
{
	int error = real_get()->getrusage(who, usage);

	if (!error)
		usage_add(who, usage);
	return error;
}
