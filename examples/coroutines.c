/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coroutines on small stacks of their own: only the kernel's frame may lie on them. */
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "check.h"

#define COROUTINES 40
#define STACK      12288 /* with a guard below; the frame of a signal takes 3 KiB of it */
#define PAGE       4096

struct coroutine {
	ucontext_t context;
	unsigned long turns;
	int number;
};

static struct coroutine coroutines[COROUTINES];
static ucontext_t scheduler;

static void run(int number)
{
	struct coroutine *self = &coroutines[number];
	volatile unsigned long mine = 0;

	for (;;) {
		uint64_t dice = (uint64_t)number + 1;

		for (int i = 0; i < 2000; i++)
			check_random(&dice);
		CHECK(dice != 0, "impossible");
		CHECK_IS(self->number, number);
		CHECK_IS(self->turns, mine);
		mine++;
		self->turns++;
		CHECK_CALL(swapcontext(&self->context, &scheduler));
	}
}

static void make(int number)
{
	struct coroutine *self = &coroutines[number];
	char *memory = mmap(NULL, STACK + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	CHECK_CALL(mprotect(memory, PAGE, PROT_NONE));
	self->number = number;
	CHECK_CALL(getcontext(&self->context));
	self->context.uc_stack.ss_sp = memory + PAGE;
	self->context.uc_stack.ss_size = STACK;
	makecontext(&self->context, (void (*)(void))run, 1, number);
}

int main(void)
{
	unsigned long rounds = 0;

	if (getauxval(AT_MINSIGSTKSZ) > STACK - 6000)
		check_skip("a frame takes %lu bytes here", getauxval(AT_MINSIGSTKSZ));
	for (int i = 0; i < COROUTINES; i++)
		make(i);
	check_ready();
	while (!check_told()) {
		rounds++;
		for (int i = 0; i < COROUTINES; i++)
			CHECK_CALL(swapcontext(&scheduler, &coroutines[i].context));
	}
	for (int i = 0; i < COROUTINES; i++)
		CHECK_IS(coroutines[i].turns, rounds);
	return check_passed();
}
