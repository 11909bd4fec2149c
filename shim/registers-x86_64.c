/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The saved registers of a stopped thread, as far as system calls go. */
#include "registers.h"

#include <string.h>

#define SYSCALL_SIZE 2
#define DECODE_BACK 40	/* bytes of code to look at; libc's wrappers need fewer */

uint64_t registers_pc(const ucontext_t *frame)
{
	return (uint64_t)frame->uc_mcontext.gregs[REG_RIP];
}

uint64_t registers_sp(const ucontext_t *frame)
{
	return (uint64_t)frame->uc_mcontext.gregs[REG_RSP];
}

int64_t registers_result(const ucontext_t *frame)
{
	return frame->uc_mcontext.gregs[REG_RAX];
}

static int is_syscall(const unsigned char *code)
{
	return code[0] == 0x0f && code[1] == 0x05;
}

/* The thread was executing there, so the bytes at the pc can be read.  Those
 * before it lie in the same page or in the one before, which may be missing:
 * then the pc cannot be behind a two-byte instruction that starts there. */
static int readable_before(const ucontext_t *frame, uint64_t bytes)
{
	return (registers_pc(frame) & 4095) >= bytes;
}

int registers_behind_syscall(const ucontext_t *frame)
{
	const unsigned char *code = (const unsigned char *)(uintptr_t)registers_pc(frame);

	return readable_before(frame, SYSCALL_SIZE) && is_syscall(code - SYSCALL_SIZE);
}

int registers_before_syscall(const ucontext_t *frame)
{
	const unsigned char *code = (const unsigned char *)(uintptr_t)registers_pc(frame);

	return (registers_pc(frame) & 4095) <= 4096 - SYSCALL_SIZE && is_syscall(code);
}

void registers_rewind(ucontext_t *frame, int64_t nr)
{
	frame->uc_mcontext.gregs[REG_RIP] -= SYSCALL_SIZE;
	frame->uc_mcontext.gregs[REG_RAX] = nr;
}

void registers_forward(ucontext_t *frame, int64_t result)
{
	frame->uc_mcontext.gregs[REG_RIP] += SYSCALL_SIZE;
	frame->uc_mcontext.gregs[REG_RAX] = result;
}

/* `mov $nr, %eax` (b8 imm32) as the nearest before the instruction, or
 * `xor %eax, %eax` right in front of it, which is read(2). */
int64_t registers_decode_call(const ucontext_t *frame)
{
	const unsigned char *end = (const unsigned char *)(uintptr_t)registers_pc(frame) -
				   SYSCALL_SIZE;
	uint64_t reach = (registers_pc(frame) & 4095) - SYSCALL_SIZE;

	if (!readable_before(frame, SYSCALL_SIZE + 5))
		return -1;
	if (end[-2] == 0x31 && end[-1] == 0xc0)
		return 0;
	if (reach > DECODE_BACK)
		reach = DECODE_BACK;
	for (uint64_t back = 5; back <= reach; back++) {
		uint32_t nr;

		if (end[-(int64_t)back] != 0xb8)
			continue;
		memcpy(&nr, end - back + 1, sizeof(nr));
		if (nr < 1024)
			return nr;
	}
	return -1;
}
