/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time and the CPU's number at any moment, under a kernel with another vDSO as well. */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "check_maps.h"

/* By libc, which keeps the addresses of the vDSO's functions, and by addresses that the
 * program found for itself. */

static struct {
	int (*clock)(clockid_t, struct timespec *);
	int (*day)(struct timeval *, void *);
	long (*time)(time_t *);
	long (*cpu)(unsigned int *, unsigned int *, void *);
	int (*resolution)(clockid_t, struct timespec *);
} vdso;

static void *function(void *library, const char *name)
{
	void *found = dlsym(library, name);

	CHECK(found != NULL, "the vDSO has no %s", name);
	return found;
}

static void find_functions(void)
{
	void *library = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);

	if (!library)
		check_skip("there is no vDSO");
	vdso.clock = function(library, "__vdso_clock_gettime");
	vdso.day = function(library, "__vdso_gettimeofday");
	vdso.time = function(library, "__vdso_time");
	vdso.cpu = function(library, "__vdso_getcpu");
	vdso.resolution = function(library, "__vdso_clock_getres");
}

/* Beginning and end of a call, and what it said in between.  A second more: time() and
 * the coarse clocks are a tick behind. */
static void check_between(const char *what, time_t said, time_t before)
{
	struct timespec after;

	syscall(SYS_clock_gettime, CLOCK_REALTIME, &after);
	CHECK(said >= before - 1 && said <= after.tv_sec, "%s says %ld, between %ld and %ld", what,
	      (long)said, (long)before, (long)after.tv_sec);
}

static time_t now(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static void *by_library(void *argument)
{
	while (!check_told()) {
		for (int i = 0; i < 200; i++) {
			struct timespec time_now;
			struct timeval day;
			unsigned int cpu, node;
			time_t before = now();

			CHECK_CALL(clock_gettime(CLOCK_REALTIME, &time_now));
			check_between("clock_gettime()", time_now.tv_sec, before);
			CHECK_CALL(clock_gettime(CLOCK_REALTIME_COARSE, &time_now));
			check_between("the coarse clock", time_now.tv_sec, before);
			CHECK_CALL(gettimeofday(&day, NULL));
			check_between("gettimeofday()", day.tv_sec, before);
			check_between("time()", time(NULL), before);
			CHECK_CALL(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time_now));
			CHECK_CALL(getcpu(&cpu, &node));
			CHECK_CALL(clock_getres(CLOCK_MONOTONIC, &time_now));
			CHECK(!time_now.tv_sec && time_now.tv_nsec, "a resolution of %ld ns",
			      time_now.tv_nsec);
		}
	}
	return argument;
}

static void *by_address(void *argument)
{
	while (!check_told()) {
		for (int i = 0; i < 1000; i++) {
			struct timespec time_now;
			struct timeval day;
			unsigned int cpu = 12345, node = 12345;
			time_t before = now();

			CHECK_IS(vdso.clock(CLOCK_REALTIME, &time_now), 0);
			check_between("the vDSO's clock", time_now.tv_sec, before);
			CHECK_IS(vdso.day(&day, NULL), 0);
			check_between("the vDSO's time of day", day.tv_sec, before);
			check_between("the vDSO's time", vdso.time(NULL), before);
			CHECK_IS(vdso.cpu(&cpu, &node, NULL), 0);
			CHECK(cpu != 12345 && node != 12345, "the vDSO does not know the CPU");
			CHECK_IS(vdso.resolution(CLOCK_MONOTONIC, &time_now), 0);
		}
	}
	return argument;
}

/* SIGTRAP stays the program's, and so does every mask. */
static atomic_int traps;

static void on_trap(int signal)
{
	(void)signal;
	traps++;
}

int main(void)
{
	unsigned long place = getauxval(AT_SYSINFO_EHDR);
	struct check_region before, after;
	struct sigaction action = { .sa_handler = on_trap }, found;
	pthread_t threads[3];
	sigset_t mask;

	find_functions();
	CHECK(check_region((void *)place, &before), "there is no vDSO");
	CHECK_CALL(sigaction(SIGTRAP, &action, NULL));
	threads[0] = check_thread(by_library, NULL);
	threads[1] = check_thread(by_address, NULL);
	sigemptyset(&mask);
	sigaddset(&mask, SIGTRAP);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &mask, NULL));
	threads[2] = check_thread(by_address, NULL);
	check_ready();
	by_library(NULL);
	CHECK(check_region((void *)place, &after), "the vDSO is gone");
	CHECK_IS(after.start, before.start);
	CHECK_IS(after.end, before.end);
	CHECK_IS(getauxval(AT_SYSINFO_EHDR), place);
	CHECK_IS(memcmp((void *)place, "\177ELF", 4), 0);
	for (int i = 0; i < 3; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_CALL(sigaction(SIGTRAP, NULL, &found));
	CHECK(found.sa_handler == on_trap, "the handler of SIGTRAP is another one");
	CHECK_ZERO(pthread_sigmask(SIG_SETMASK, NULL, &mask));
	CHECK(sigismember(&mask, SIGTRAP) && !sigismember(&mask, SIGUSR1), "the mask is another one");
	CHECK_IS(traps, 0);
	CHECK_CALL(raise(SIGTRAP));
	CHECK_ZERO(pthread_sigmask(SIG_UNBLOCK, &mask, NULL));
	CHECK_IS(traps, 1);
	return check_passed();
}
