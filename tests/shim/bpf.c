/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interpreter of filters answers as the kernel does. */
#include "shim/bpf.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS    24
#define PROGRAMS 400
#define CALL     SYS_getpriority
#define KILLED   256

static const uint64_t arguments[3] = { 0x1122334455667788, 3, 0xfffffffe00000001 };

static uint32_t answer(const struct sock_filter *code, size_t length)
{
	struct seccomp_data data = {
		.nr = CALL,
		.arch = AUDIT_ARCH_X86_64,
		.args = { arguments[0], arguments[1], arguments[2] },
	};

	return bpf_answer(code, (uint32_t)length, &data);
}

/* What the kernel says, as the errno of the call; -1 where it takes no such program. */
static int kernel_says(struct sock_filter *code, size_t length)
{
	struct sock_fprog program = { (unsigned short)length, code };
	int status;
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			_exit(255);
		_exit(syscall(CALL, arguments[0], arguments[1], arguments[2]) < 0 ? errno : 0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	cr_assert(WIFEXITED(status), "status %x", status);
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

static uint32_t dice = 2463534242;

static uint32_t chance(uint32_t most)
{
	dice ^= dice << 13;
	dice ^= dice >> 17;
	dice ^= dice << 5;
	return dice % most;
}

/* A step of each sort that seccomp permits, with operands that often meet. */
static struct sock_filter random_step(size_t left)
{
	static const uint16_t operations[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR,
					       BPF_AND, BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG };
	static const uint16_t jumps[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint16_t others[] = { BPF_LD | BPF_W | BPF_ABS,
					   BPF_LD | BPF_IMM,
					   BPF_LDX | BPF_IMM,
					   BPF_LD | BPF_MEM,
					   BPF_LDX | BPF_MEM,
					   BPF_ST,
					   BPF_STX,
					   BPF_MISC | BPF_TAX,
					   BPF_MISC | BPF_TXA,
					   BPF_LD | BPF_W | BPF_LEN,
					   BPF_LDX | BPF_W | BPF_LEN };
	static const uint32_t numbers[] = { 0,  1,          2,          3,          31,  32,
					    33, 0x80000000, 0xffffffff, 0x55667788, CALL };
	/* Not the address of the instruction, which only the kernel knows. */
	static const uint32_t words[] = { 0, 1, 4, 5, 6, 7, 8, 9 };
	struct sock_filter step = { .k = numbers[chance(11)] };
	uint16_t source = chance(2) ? BPF_X : BPF_K;

	switch (chance(3)) {
	case 0:
		step.code = BPF_ALU | operations[chance(10)] | source;
		/* The kernel takes neither for a constant. */
		if (source == BPF_K && BPF_OP(step.code) >= BPF_LSH)
			step.k %= 32;
		if (source == BPF_K && BPF_OP(step.code) == BPF_DIV)
			step.k |= 1;
		break;
	case 1:
		step.code = BPF_JMP | jumps[chance(4)] | source;
		step.jt = (uint8_t)chance((uint32_t)left);
		step.jf = (uint8_t)chance((uint32_t)left);
		break;
	default:
		step.code = others[chance(11)];
		if (BPF_MODE(step.code) == BPF_ABS && BPF_CLASS(step.code) == BPF_LD)
			step.k = words[chance(8)] * 4;
		else if (BPF_MODE(step.code) == BPF_MEM || BPF_CLASS(step.code) == BPF_ST ||
			 BPF_CLASS(step.code) == BPF_STX)
			step.k = chance(2);
	}
	return step;
}

/* Both words of memory are written first: the kernel insists.  What was worked out
 * becomes an error from 1 to 128. */
static void random_program(struct sock_filter *code)
{
	static const struct sock_filter begin[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24),
		BPF_STMT(BPF_ST, 1),
	};
	static const struct sock_filter end[] = {
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 7),
		BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 127),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, SECCOMP_RET_ERRNO + 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};

	memcpy(code, begin, sizeof(begin));
	for (size_t i = 4; i < STEPS - 6; i++)
		code[i] = random_step(STEPS - 6 - i);
	memcpy(code + STEPS - 6, end, sizeof(end));
}

/* Only the call of the test, or the child could not even end. */
static void only_call(struct sock_filter *whole, const struct sock_filter *code)
{
	static const struct sock_filter begin[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALL, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	memcpy(whole, begin, sizeof(begin));
	memcpy(whole + 3, code, STEPS * sizeof(*code));
}

Test(bpf, answers_as_the_kernel)
{
	struct sock_filter code[STEPS], whole[STEPS + 3];
	int taken = 0;

	for (int i = 0; i < PROGRAMS; i++) {
		int said;

		random_program(code);
		only_call(whole, code);
		said = kernel_says(whole, STEPS + 3);
		if (said < 0)
			continue;
		taken++;
		cr_assert_eq(answer(whole, STEPS + 3),
			     said == KILLED ? SECCOMP_RET_KILL_THREAD
					    : SECCOMP_RET_ERRNO | (uint32_t)said,
			     "program %d: 0x%x, the kernel %d", i, answer(whole, STEPS + 3), said);
	}
	cr_assert_gt(taken, PROGRAMS / 2, "only %d programs were taken", taken);
}

Test(bpf, what_runs_off_its_end_kills)
{
	static const struct sock_filter code[] = { BPF_STMT(BPF_LD | BPF_IMM, 1) };

	cr_expect_eq(answer(code, 1), SECCOMP_RET_KILL_PROCESS);
	cr_expect_eq(answer(code, 0), SECCOMP_RET_KILL_PROCESS);
}
