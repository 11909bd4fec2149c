/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's library in the process: where it was, and working, also by addresses kept before. */
#include <sys/auxv.h>
#include <sys/time.h>

#include "check_maps.h"

static void *live(void *argument)
{
	struct timespec before, after;
	struct timeval now;

	clock_gettime(CLOCK_REALTIME, &before);
	while (!check_told()) {
		for (int i = 0; i < 1000; i++) {
			CHECK_CALL(clock_gettime(CLOCK_REALTIME, &after));
			CHECK(after.tv_sec >= before.tv_sec && after.tv_sec < before.tv_sec + 1000,
			      "the time went from %ld to %ld", (long)before.tv_sec,
			      (long)after.tv_sec);
			before = after;
			CHECK_CALL(gettimeofday(&now, NULL));
			/* Coarser than the others: it may be a tick behind. */
			CHECK(time(NULL) >= before.tv_sec - 1, "time() goes backwards");
			CHECK_CALL(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after));
		}
	}
	return argument;
}

int main(void)
{
	unsigned long place = getauxval(AT_SYSINFO_EHDR);
	struct check_region before, after;
	struct timespec by_library, by_kernel;
	pthread_t other = check_thread(live, NULL);
	unsigned int cpu, node;

	CHECK(check_region((void *)place, &before), "there is no vDSO");
	check_ready();
	check_wait();
	CHECK(check_region((void *)place, &after), "the vDSO is gone");
	CHECK(!strcmp(after.name, "[vdso]"), "where the vDSO was is %s", after.name);
	CHECK_IS(after.start, before.start);
	CHECK_IS(getauxval(AT_SYSINFO_EHDR), place);
	CHECK_IS(memcmp((void *)place, "\177ELF", 4), 0);
	CHECK_CALL(clock_gettime(CLOCK_MONOTONIC, &by_library));
	CHECK_CALL(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &by_kernel));
	CHECK(by_kernel.tv_sec - by_library.tv_sec < 5, "the vDSO says %ld s, the kernel %ld s",
	      (long)by_library.tv_sec, (long)by_kernel.tv_sec);
	CHECK_CALL(getcpu(&cpu, &node));
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
