/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The saved registers of a stopped thread, as far as system calls go. */
#include "registers.h"

#include <stddef.h>
#include <string.h>
#include <sys/uio.h>

#include "../ghost/sys.h"

#define SYSCALL_SIZE 2
#define FAR 40		/* bytes in front of it to look at; libc's wrappers need fewer */
#define WINDOW (FAR + SYSCALL_SIZE + 1)
#define CALLS 1024	/* more than there are system calls */

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

/* The code in front of the saved pc, so that it ends where the buffer ends; how
 * much of it there is.  The thread was executing there, so its own page can be
 * read; whether the one before is there only the kernel knows. */
static size_t code_before(const ucontext_t *frame, unsigned char buffer[WINDOW])
{
	uint64_t pc = registers_pc(frame);
	size_t sure = pc & 4095;
	struct iovec to = { buffer, WINDOW };
	struct iovec from = { (void *)(uintptr_t)(pc - WINDOW), WINDOW };

	if (sure < WINDOW && sys_call6(SYS_process_vm_readv, sys_getpid(), sys_arg(&to), 1,
				       sys_arg(&from), 1, 0) == WINDOW)
		return WINDOW;
	if (sure > WINDOW)
		sure = WINDOW;
	memcpy(buffer + WINDOW - sure, (const void *)(uintptr_t)(pc - sure), sure);
	return sure;
}

int registers_behind_syscall(const ucontext_t *frame)
{
	unsigned char code[WINDOW];

	return code_before(frame, code) >= SYSCALL_SIZE && is_syscall(code + WINDOW - SYSCALL_SIZE);
}

int registers_before_syscall(const ucontext_t *frame)
{
	const unsigned char *code = (const unsigned char *)(uintptr_t)registers_pc(frame);

	return (registers_pc(frame) & 4095) <= 4096 - SYSCALL_SIZE && is_syscall(code);
}

uint64_t registers_behind(const ucontext_t *frame)
{
	return registers_pc(frame) + SYSCALL_SIZE;
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

/* In the order of the kernel's calling convention (syscall(2)). */
static const int argument_registers[6] = { REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9 };

void registers_arguments(const ucontext_t *frame, uint64_t arguments[6])
{
	for (int i = 0; i < 6; i++)
		arguments[i] = (uint64_t)frame->uc_mcontext.gregs[argument_registers[i]];
}

void registers_divert(ucontext_t *frame, struct again *again)
{
	greg_t *registers = frame->uc_mcontext.gregs;

	registers_arguments(frame, again->registers);
	again->rbx = (uint64_t)registers[REG_RBX];
	again->stack = (uint64_t)registers[REG_RSP];
	again->pc = (uint64_t)registers[REG_RIP];
	for (int i = 0; i < 6; i++)
		registers[argument_registers[i]] = (greg_t)again->arguments[i];
	registers[REG_RBX] = (greg_t)(uintptr_t)again;
	registers[REG_RIP] = (greg_t)(uintptr_t)again_call;
	registers[REG_RAX] = again->nr;
}

struct again *registers_record(const ucontext_t *frame)
{
	uint64_t pc = registers_pc(frame);

	if (pc != (uint64_t)(uintptr_t)again_call && pc != (uint64_t)(uintptr_t)again_called)
		return NULL;
	return (struct again *)(uintptr_t)frame->uc_mcontext.gregs[REG_RBX];
}

#define REX_B 1U	/* the target is one of the upper eight registers */
#define REX_R 4U	/* the source is */

/* The prefix of a two-byte instruction that ends at `end`, or 0. */
static unsigned int prefix(const unsigned char *end)
{
	return (end[-3] & 0xf0) == 0x40 ? end[-3] : 0;
}

/* The register that the instruction in front of `syscall` moves to %eax (89 /r),
 * or 0, which is %eax itself. */
static unsigned int source_register(const unsigned char *end, size_t *size)
{
	*size = 0;
	if (end[-2] != 0x89 || (end[-1] & 0xc7) != 0xc0 || prefix(end) & REX_B)
		return 0;
	*size = prefix(end) ? 3 : 2;
	return (end[-1] >> 3 & 7) + (prefix(end) & REX_R ? 8 : 0);
}

/* Looks backwards for the nearest `mov $number, REGISTER` (b8+r imm32; with a
 * prefix whose lowest bit is set for the upper eight). */
int64_t registers_decode_call(const ucontext_t *frame)
{
	unsigned char code[WINDOW];
	size_t known = code_before(frame, code), skip;
	const unsigned char *end = code + WINDOW - SYSCALL_SIZE;
	unsigned int source;

	if (known < SYSCALL_SIZE + 5)
		return -1;
	known -= SYSCALL_SIZE;
	/* xor %eax, %eax: read(2) */
	if (end[-2] == 0x31 && end[-1] == 0xc0 && !(prefix(end) & (REX_B | REX_R)))
		return 0;
	source = source_register(end, &skip);
	for (size_t back = skip + 5; back <= known && back <= FAR; back++) {
		int upper = back < known && (end[-(ptrdiff_t)back - 1] & 0xf1) == 0x41;
		uint32_t nr;

		if (end[-(ptrdiff_t)back] != 0xb8 + (source & 7) || upper != (source >= 8))
			continue;
		memcpy(&nr, end - back + 1, sizeof(nr));
		if (nr < CALLS)
			return nr;
	}
	return -1;
}
