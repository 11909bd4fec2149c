/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The code that runs when nothing of krg-resume is left. */
#include "step.h"

#include "../ghost/sys.h"

#define BARE __attribute__((section("krg_step"), used))

/* Jumps to the shim, on the stack that it keeps for this thread. */
BARE static void leave(struct landing *landing, uint64_t task)
{
	const struct landing_task *mine = &landing->tasks[task];

	__asm__ volatile("mov %0, %%rsp\n\t"
			 "and $-16, %%rsp\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "push $0\n\t"	/* as if called: the stack is aligned behind a return address */
			 "jmp *%1"
			 :
			 : "r"(mine->stack), "r"(landing->entry), "D"(landing), "S"(mine->slot)
			 : "memory");
	__builtin_unreachable();
}

/* Eight characters as a number: a string would lie outside this section. */
#define WORD(a, b, c, d, e, f, g, h) \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
	 (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

BARE static uint64_t hexadecimal(uint32_t number)
{
	uint64_t text = 0;

	for (int i = 0; i < 8; i++) {
		uint32_t digit = number >> 4 * i & 15;

		text = text << 8 | (digit < 10 ? '0' + digit : 'a' + digit - 10);
	}
	return text;
}

/* "krg-resume: step0000000c failed 00000016": the step's place and the
 * error, both hexadecimal.  There is nothing left that could say it better;
 * krg-resume --plan lists the steps. */
BARE static void die(uint32_t step, uint32_t error)
{
	volatile uint64_t line[6];

	line[0] = WORD('k', 'r', 'g', '-', 'r', 'e', 's', 'u');
	line[1] = WORD('m', 'e', ':', ' ', 's', 't', 'e', 'p');
	line[2] = hexadecimal(step);
	line[3] = WORD(' ', 'f', 'a', 'i', 'l', 'e', 'd', ' ');
	line[4] = hexadecimal(error);
	line[5] = WORD('\n', 0, 0, 0, 0, 0, 0, 0);
	sys_write(2, (const void *)line, 41);
	sys_exit(125);
}

BARE void step_walk(struct landing *landing)
{
	for (uint32_t i = 0; i < landing->step_count; i++) {
		const struct landing_step *step = &landing->steps[i];
		const uint64_t *a = step->argument;
		long result = sys_call6(step->nr, (long)a[0], (long)a[1], (long)a[2], (long)a[3],
					(long)a[4], (long)a[5]);

		if (result < 0 && result >= -4095 && !step->may_fail)
			die(i, (uint32_t)-result);
	}
	__atomic_store_n(&landing->go, 1, __ATOMIC_RELEASE);
	sys_futex_wake(&landing->go, 0x7fffffff);
	leave(landing, 0);
}

BARE void step_wait(struct landing *landing, uint64_t task)
{
	__atomic_add_fetch(&landing->waiting, 1, __ATOMIC_RELEASE);
	sys_futex_wake(&landing->waiting, 1);
	while (!__atomic_load_n(&landing->go, __ATOMIC_ACQUIRE))
		sys_futex_wait(&landing->go, 0, 0);
	leave(landing, task);
}
