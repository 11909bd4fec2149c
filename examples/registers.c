/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All general registers and the flags keep their values in a loop that calls nothing. */
#include <stdatomic.h>

#include "check.h"

#define REGISTERS 13

static atomic_int stop;

/* Loads all registers but rsp and two that the loop needs, and the flags; spins until
 * *stop or enough turns; stores them.  In memory: 13 registers, then the flags. */
static __attribute__((noinline)) void hold(uint64_t registers[REGISTERS + 1], long turns)
{
	uint64_t block[REGISTERS + 3];

	memcpy(block, registers, sizeof(*registers) * (REGISTERS + 1));
	block[REGISTERS + 1] = (uint64_t)turns;
	block[REGISTERS + 2] = (uint64_t)(uintptr_t)&stop;
	__asm__ volatile(
		"	subq	$128, %%rsp\n"
		"	pushq	%%rbp\n"
		"	pushq	%%rbx\n"
		"	movq	%0, %%rbp\n"
		"	movq	8(%%rbp), %%rbx; movq 16(%%rbp), %%rcx; movq 24(%%rbp), %%rdx\n"
		"	movq	32(%%rbp), %%rsi; movq 40(%%rbp), %%rdi; movq 48(%%rbp), %%r8\n"
		"	movq	56(%%rbp), %%r9; movq 64(%%rbp), %%r10; movq 72(%%rbp), %%r11\n"
		"	movq	80(%%rbp), %%r12; movq 88(%%rbp), %%r13; movq 96(%%rbp), %%r14\n"
		"	movq	0(%%rbp), %%r15\n"
		"	pushq	104(%%rbp)\n"
		"	popfq\n"
		/* Nothing here touches the flags but what is put back at the end of a turn. */
		"1:	movq	120(%%rbp), %%rax\n"
		"	movl	(%%rax), %%eax\n"
		"	pushfq\n"
		"	testl	%%eax, %%eax\n"
		"	jnz	2f\n"
		"	decq	112(%%rbp)\n"
		"	jz	2f\n"
		"	popfq\n"
		"	jmp	1b\n"
		"2:	popq	104(%%rbp)\n"
		"	movq	%%rbx, 8(%%rbp); movq %%rcx, 16(%%rbp); movq %%rdx, 24(%%rbp)\n"
		"	movq	%%rsi, 32(%%rbp); movq %%rdi, 40(%%rbp); movq %%r8, 48(%%rbp)\n"
		"	movq	%%r9, 56(%%rbp); movq %%r10, 64(%%rbp); movq %%r11, 72(%%rbp)\n"
		"	movq	%%r12, 80(%%rbp); movq %%r13, 88(%%rbp); movq %%r14, 96(%%rbp)\n"
		"	movq	%%r15, 0(%%rbp)\n"
		"	cld\n"
		"	popq	%%rbx\n"
		"	popq	%%rbp\n"
		"	addq	$128, %%rsp\n"
		: : "r"(block)
		: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
		  "r15", "memory", "cc");
	memcpy(registers, block, sizeof(*registers) * (REGISTERS + 1));
}

/* Carry, parity, adjust, zero, sign, direction, overflow in all kinds of mixtures. */
#define FLAGS 0xcd5

static void *live(void *argument)
{
	uint64_t dice = (uint64_t)(uintptr_t)argument;

	while (!stop) {
		uint64_t before[REGISTERS + 1], after[REGISTERS + 1];

		for (int i = 0; i < REGISTERS; i++)
			before[i] = check_random(&dice);
		before[REGISTERS] = (check_random(&dice) & FLAGS) | 0x202;
		memcpy(after, before, sizeof(before));
		hold(after, 3000000);
		for (int i = 0; i < REGISTERS; i++)
			CHECK(after[i] == before[i], "register %d was 0x%llx and is 0x%llx", i,
			      (unsigned long long)before[i], (unsigned long long)after[i]);
		CHECK_IS(after[REGISTERS] & FLAGS, before[REGISTERS] & FLAGS);
	}
	return NULL;
}

int main(void)
{
	pthread_t one = check_thread(live, (void *)101), other = check_thread(live, (void *)202);

	check_ready();
	check_wait();
	check_pause(20000);
	stop = 1;
	CHECK_ZERO(pthread_join(one, NULL));
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
