/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Alternate signal stacks, and ghosts made while handlers run on them. */
#include <signal.h>
#include <stdatomic.h>

#include "check.h"

#define THREADS 3
#define STACK   (64 << 10)

static atomic_int inside;

static int is_on(const char *stack, const void *place)
{
	return (const char *)place >= stack && (const char *)place < stack + STACK;
}

static __thread char *own;

/* The state of the altstack within its handler, and work that needs some of it. */
static int nest(int depth)
{
	volatile char frame[1000];
	stack_t now;

	memset((char *)frame, depth, sizeof(frame));
	CHECK_CALL(sigaltstack(NULL, &now));
	CHECK_IS(now.ss_flags, SS_ONSTACK);
	CHECK(now.ss_sp == own && now.ss_size == STACK, "the alternate stack is another");
	CHECK(is_on(own, (void *)frame), "the handler runs elsewhere");
	if (depth)
		nest(depth - 1);
	CHECK_IS(frame[999], depth);
	return depth;
}

static void on_signal(int signal)
{
	sigset_t mask;

	inside++;
	while (!check_told()) {
		nest(5);
		check_pause(200);
	}
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_IS(sigismember(&mask, SIGUSR1), 1);
	CHECK_IS(sigismember(&mask, SIGTERM), 1);
	CHECK_IS(signal, SIGUSR1);
}

static void *live(void *argument)
{
	stack_t stack = { .ss_size = STACK }, now;
	char marker[200];
	sigset_t mask;

	own = malloc(STACK);
	stack.ss_sp = own;
	CHECK_CALL(sigaltstack(&stack, NULL));
	memset(marker, 'm', sizeof(marker));
	/* Two are in the handler during the ghosts, one has only said where it would be. */
	if (argument)
		CHECK_ZERO(pthread_kill(pthread_self(), SIGUSR1));
	else
		check_wait();
	CHECK_CALL(sigaltstack(NULL, &now));
	CHECK_IS(now.ss_flags, 0);
	CHECK(now.ss_sp == own && now.ss_size == STACK, "the alternate stack is another");
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK_IS(sigismember(&mask, SIGUSR1), 0);
	CHECK_IS(sigismember(&mask, SIGTERM), 0);
	CHECK_IS(marker[199], 'm');
	CHECK_ZERO(pthread_kill(pthread_self(), SIGUSR1));
	stack.ss_flags = SS_DISABLE;
	CHECK_CALL(sigaltstack(&stack, NULL));
	free(own);
	return argument;
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };
	pthread_t threads[THREADS];

	sigaddset(&action.sa_mask, SIGTERM);
	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	for (intptr_t i = 0; i < THREADS; i++)
		threads[i] = check_thread(live, (void *)i);
	while (inside < THREADS - 1)
		check_pause(100);
	check_ready();
	check_wait();
	for (int i = 0; i < THREADS; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
