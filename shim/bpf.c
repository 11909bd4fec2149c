/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a seccomp filter would answer. */
#include "bpf.h"

#include <string.h>

struct machine {
	uint32_t accumulator, index;
	uint32_t memory[BPF_MEMWORDS];
	const struct seccomp_data *call;
};

static uint32_t operate(int operation, uint32_t left, uint32_t right)
{
	switch (operation) {
	case BPF_ADD:
		return left + right;
	case BPF_SUB:
		return left - right;
	case BPF_MUL:
		return left * right;
	case BPF_DIV:
		return right ? left / right : 0;
	case BPF_OR:
		return left | right;
	case BPF_AND:
		return left & right;
	case BPF_XOR:
		return left ^ right;
	/* The kernel shifts as the processor does. */
	case BPF_LSH:
		return left << (right & 31);
	case BPF_RSH:
		return left >> (right & 31);
	default:
		return -left; /* BPF_NEG */
	}
}

static int holds(int comparison, uint32_t left, uint32_t right)
{
	switch (comparison) {
	case BPF_JEQ:
		return left == right;
	case BPF_JGT:
		return left > right;
	case BPF_JGE:
		return left >= right;
	default:
		return (left & right) != 0; /* BPF_JSET */
	}
}

static uint32_t load(const struct machine *machine, const struct sock_filter *step)
{
	uint32_t word = 0;

	switch (BPF_MODE(step->code)) {
	case BPF_IMM:
		return step->k;
	case BPF_LEN:
		return sizeof(*machine->call);
	case BPF_MEM:
		return machine->memory[step->k % BPF_MEMWORDS];
	default:
		if (step->k <= sizeof(*machine->call) - sizeof(word))
			memcpy(&word, (const char *)machine->call + step->k, sizeof(word));
		return word;
	}
}

/* How many steps are skipped. */
static uint32_t jump(const struct machine *machine, const struct sock_filter *step)
{
	uint32_t right = BPF_SRC(step->code) == BPF_X ? machine->index : step->k;

	if (BPF_OP(step->code) == BPF_JA)
		return step->k;
	return holds(BPF_OP(step->code), machine->accumulator, right) ? step->jt : step->jf;
}

static void work(struct machine *machine, const struct sock_filter *step)
{
	uint32_t right = BPF_SRC(step->code) == BPF_X ? machine->index : step->k;

	switch (BPF_CLASS(step->code)) {
	case BPF_LD:
		machine->accumulator = load(machine, step);
		break;
	case BPF_LDX:
		machine->index = load(machine, step);
		break;
	case BPF_ST:
		machine->memory[step->k % BPF_MEMWORDS] = machine->accumulator;
		break;
	case BPF_STX:
		machine->memory[step->k % BPF_MEMWORDS] = machine->index;
		break;
	case BPF_ALU:
		machine->accumulator = operate(BPF_OP(step->code), machine->accumulator, right);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(step->code) == BPF_TAX)
			machine->index = machine->accumulator;
		else
			machine->accumulator = machine->index;
		break;
	}
}

uint32_t bpf_answer(const struct sock_filter *code, uint32_t length,
		    const struct seccomp_data *call)
{
	struct machine machine;

	memset(&machine, 0, sizeof(machine));
	machine.call = call;
	for (uint64_t i = 0; i < length; i++) {
		const struct sock_filter *step = &code[i];

		if (step->code == (BPF_ALU | BPF_DIV | BPF_X) && !machine.index)
			return 0; /* ends it there, with an answer that kills */
		if (BPF_CLASS(step->code) == BPF_RET)
			return BPF_RVAL(step->code) == BPF_A ? machine.accumulator : step->k;
		if (BPF_CLASS(step->code) == BPF_JMP)
			i += jump(&machine, step);
		else
			work(&machine, step);
	}
	return SECCOMP_RET_KILL_PROCESS;
}
