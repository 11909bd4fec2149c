/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main thread has called pthread_exit(); the others live on under its id. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int main_ended;
static pthread_t main_thread;

static void note_end(void *argument)
{
	(void)argument;
	main_ended = 1;
}

static void *work(void *argument)
{
	int tid = gettid();

	while (!check_told()) {
		CHECK_IS(gettid(), tid);
		check_pause(100);
	}
	return argument;
}

/* The process ends with this thread. */
static void *live(void *argument)
{
	int pid = getpid();
	pthread_t other = check_thread(work, NULL);
	void *result;

	CHECK_ZERO(pthread_join(main_thread, &result));
	CHECK_IS((intptr_t)result, 99);
	CHECK_IS(main_ended, 1);
	check_ready();
	check_wait();
	CHECK_IS(getpid(), pid);
	CHECK(gettid() != pid, "this has become the main thread");
	CHECK_ZERO(pthread_join(other, NULL));
	/* A new thread is as good as an old one. */
	other = check_thread(work, NULL);
	CHECK_ZERO(pthread_join(other, NULL));
	exit(check_passed());
	return argument;
}

int main(void)
{
	main_thread = pthread_self();
	check_thread(live, NULL);
	pthread_cleanup_push(note_end, NULL);
	pthread_exit((void *)99);
	pthread_cleanup_pop(0);
	return 1;
}
