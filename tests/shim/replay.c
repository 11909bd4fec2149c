/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that were interrupted: set back where it is certain, and forward where it must be. */
#include "shim/replay.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim/anchor.h"
#include "shim/gate.h"
#include "shim/quiesce.h"
#include "shim/registers.h"
#include "shim/timeout.h"

#define PAGE   4096
#define BEFORE 1000 /* where the instruction is */
#define BEHIND (BEFORE + 2)
#define SP     0x7ffc12345678

struct anchor anchor;
__thread struct self self = { .call = -1, .replayed = -1 };

static unsigned char *code;
static ucontext_t frame;
static struct stop_entry sample;

/* A thread that poll(2) has just returned -EINTR to. */
static void be_interrupted(void)
{
	code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(code, MAP_FAILED);
	memset(code, 0x90, PAGE);
	memcpy(code + BEFORE - 5, "\xb8\x07\0\0\0\x0f\x05", 7);
	frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(code + BEHIND);
	frame.uc_mcontext.gregs[REG_RSP] = SP;
	frame.uc_mcontext.gregs[REG_RAX] = -EINTR;
	sample.nr = SYS_futex;
	sample.program_counter = (uintptr_t)(code + BEHIND);
	sample.stack_pointer = SP;
	anchor.settings.signal = SIGUSR2;
}

TestSuite(replay, .init = be_interrupted);

static void expect_at(size_t place, int64_t result)
{
	cr_expect_eq(registers_pc(&frame) - (uintptr_t)code, place, "at %ld",
		     (long)(registers_pc(&frame) - (uintptr_t)code));
	cr_expect_eq(registers_result(&frame), result, "%ld", registers_result(&frame));
}

Test(replay, the_code_tells_the_number)
{
	replay_prepare(&frame, NULL);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, who_looked_from_outside_knows_better)
{
	replay_prepare(&frame, &sample);
	expect_at(BEFORE, SYS_futex);
}

Test(replay, a_look_at_another_moment_is_no_help)
{
	sample.program_counter++;
	replay_prepare(&frame, &sample);
	expect_at(BEFORE, SYS_poll);
	frame.uc_mcontext.gregs[REG_RIP] += 2;
	frame.uc_mcontext.gregs[REG_RAX] = -EINTR;
	sample.program_counter--;
	sample.stack_pointer -= 8;
	replay_prepare(&frame, &sample);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, a_thread_that_was_running_was_in_no_call)
{
	sample.nr = -1;
	replay_prepare(&frame, &sample);
	expect_at(BEFORE, SYS_poll);
}

/* restart_syscall(2) cannot be asked for: the call itself is made again. */
Test(replay, a_continuation_is_not_replayed)
{
	sample.nr = SYS_restart_syscall;
	replay_prepare(&frame, &sample);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, other_results_stand)
{
	static const int64_t results[] = { 0, 5, -EAGAIN, -ETIMEDOUT, EINTR, -514 };

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		frame.uc_mcontext.gregs[REG_RAX] = results[i];
		replay_prepare(&frame, &sample);
		expect_at(BEHIND, results[i]);
	}
}

Test(replay, a_number_that_looks_like_the_result_is_left_alone)
{
	code[BEFORE] = 0x90;
	replay_prepare(&frame, &sample);
	expect_at(BEHIND, -EINTR);
}

Test(replay, what_is_not_certain_is_left_alone)
{
	memset(code, 0x90, BEFORE);
	replay_prepare(&frame, NULL);
	expect_at(BEHIND, -EINTR);
}

/* Its code has the number in a register; the wrapper has noted it. */
Test(replay, inside_syscall_the_wrapper_knows)
{
	anchor.syscall_function = (uintptr_t)code + BEFORE - 20;
	self.call = SYS_futex;
	replay_prepare(&frame, NULL);
	expect_at(BEFORE, SYS_futex);
}

Test(replay, inside_syscall_without_a_wrapper_nothing_is_certain)
{
	anchor.syscall_function = (uintptr_t)code + BEFORE - 20;
	replay_prepare(&frame, NULL);
	expect_at(BEHIND, -EINTR);
}

Test(replay, behind_syscall_is_not_inside)
{
	anchor.syscall_function = (uintptr_t)code + BEHIND - 64;
	self.call = SYS_futex;
	replay_prepare(&frame, NULL);
	expect_at(BEFORE, SYS_poll);
}

static void handler(int signal)
{
	(void)signal;
}

/* A signal waits, blocked by our handler; the program itself has blocked nothing. */
static void let_wait(int signal, void (*function)(int), int flags, int64_t nr)
{
	struct sigaction action = { .sa_handler = function, .sa_flags = flags };
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigaction(signal, &action, NULL);
	raise(signal);
	frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(code + BEFORE);
	frame.uc_mcontext.gregs[REG_RAX] = nr;
	self.replayed = nr;
}

Test(replay, a_handler_of_the_program_interrupts)
{
	let_wait(SIGALRM, handler, 0, SYS_read);
	replay_go_on(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, a_handler_that_restarts_does_not)
{
	let_wait(SIGALRM, handler, SA_RESTART, SYS_read);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_read);
}

Test(replay, some_calls_are_never_restarted)
{
	static const int64_t calls[] = {
		SYS_poll,          SYS_ppoll,           SYS_select,     SYS_pselect6,
		SYS_nanosleep,     SYS_clock_nanosleep, SYS_epoll_wait, SYS_pause,
		SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_semop,      SYS_msgrcv,
		SYS_msgsnd,
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		let_wait(SIGALRM, handler, SA_RESTART, calls[i]);
		replay_go_on(&frame);
		expect_at(BEHIND, -EINTR);
	}
}

Test(replay, without_a_handler_nothing_interrupts)
{
	let_wait(SIGTERM, SIG_DFL, 0, SYS_poll);
	let_wait(SIGCHLD, SIG_IGN, 0, SYS_poll);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, the_signal_that_is_ours_does_not_interrupt)
{
	let_wait(SIGUSR2, handler, 0, SYS_poll);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, what_the_program_has_blocked_does_not_interrupt)
{
	let_wait(SIGALRM, handler, 0, SYS_poll);
	sigaddset(&frame.uc_sigmask, SIGALRM);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_poll);
	sigdelset(&frame.uc_sigmask, SIGALRM);
	replay_go_on(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, one_of_several_is_enough)
{
	let_wait(SIGTERM, SIG_DFL, 0, SYS_read);
	let_wait(SIGHUP, handler, SA_RESTART, SYS_read);
	let_wait(SIGRTMAX, handler, 0, SYS_read);
	replay_go_on(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, a_thread_in_no_call_is_left_alone)
{
	let_wait(SIGALRM, handler, 0, SYS_poll);
	self.replayed = -1;
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_poll);
}

/* About to make a call that never sleeps: it is not made again, it is made. */
Test(replay, a_call_not_yet_made_is_not_interrupted)
{
	let_wait(SIGALRM, handler, 0, SYS_getpid);
	replay_prepare(&frame, NULL);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_getpid);
}

Test(replay, a_call_that_nobody_saw_asleep_is_not_interrupted)
{
	let_wait(SIGALRM, handler, 0, SYS_read);
	sample.nr = -1;
	replay_prepare(&frame, &sample);
	replay_go_on(&frame);
	expect_at(BEFORE, SYS_read);
}

Test(replay, a_call_that_the_kernel_set_back_is_interrupted)
{
	let_wait(SIGALRM, handler, 0, SYS_read);
	sample.nr = SYS_read;
	replay_prepare(&frame, &sample);
	replay_go_on(&frame);
	expect_at(BEHIND, -EINTR);
}

/* --- calls that must not be the same a second time ---------------------------- */

static struct again *record(void)
{
	struct again *again = registers_record(&frame);

	cr_assert_not_null(again, "the call was not diverted");
	return again;
}

static void be_in(int64_t nr, int64_t result, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	greg_t *registers = frame.uc_mcontext.gregs;

	sample.nr = nr;
	registers[REG_RDI] = (greg_t)a;
	registers[REG_RSI] = (greg_t)b;
	registers[REG_RDX] = (greg_t)c;
	registers[REG_R10] = (greg_t)d;
	registers[REG_RBX] = 4711;
	registers[REG_RAX] = result;
	replay_prepare(&frame, &sample);
}

Test(replay, of_a_timeout_the_rest_is_left)
{
	struct again *again;

	self.began = (struct began){ timeout_now(CLOCK_MONOTONIC) - 3000000000, SP + 64,
				     CLOCK_MONOTONIC };
	be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	again = record();
	cr_expect_eq(again->nr, SYS_ppoll);
	cr_expect_eq(again->rbx, 4711);
	cr_expect_eq(again->pc, (uintptr_t)code + BEHIND);
	cr_expect_eq(again->registers[2], 5000);
	replay_go_on(&frame);
	cr_expect_eq(again->time.tv_sec, 1);
	cr_expect_gt(again->time.tv_nsec, 500000000);
}

Test(replay, a_timeout_that_is_over_waits_no_more)
{
	self.began =
		(struct began){ timeout_now(CLOCK_MONOTONIC) - 9000000000, SP, CLOCK_MONOTONIC };
	be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	replay_go_on(&frame);
	cr_expect_eq(record()->time.tv_sec, 0);
	cr_expect_eq(record()->time.tv_nsec, 0);
}

/* A note of somewhere else: an older frame, or one of another stack. */
Test(replay, a_note_of_another_place_is_not_believed)
{
	self.began = (struct began){ timeout_now(CLOCK_MONOTONIC) - 3000000000,
				     SP + 2 * BEGAN_REACH, CLOCK_MONOTONIC };
	be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	replay_go_on(&frame);
	cr_expect_eq(record()->time.tv_sec, 4);
}

Test(replay, without_a_limit_it_is_the_same_call)
{
	be_in(SYS_poll, -EINTR, 1, 2, (uint64_t)-1, 0);
	cr_expect_null(registers_record(&frame));
	expect_at(BEFORE, SYS_poll);
	cr_expect_eq(self.again[0].used, 0);
}

Test(replay, in_a_reborn_process_the_same_rest_is_left)
{
	struct again *again;

	be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	again = record();
	again->left = 2000000000;
	again->deadline = 1;
	replay_revive();
	replay_go_on(&frame);
	cr_expect_eq(again->time.tv_sec, 1);
}

Test(replay, interrupted_again_it_keeps_its_record)
{
	struct again *again;

	be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	again = record();
	replay_go_on(&frame);
	frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)again_called;
	frame.uc_mcontext.gregs[REG_RAX] = -EINTR;
	replay_prepare(&frame, NULL);
	cr_expect_eq(record(), again);
	cr_expect_eq(registers_pc(&frame), (uintptr_t)again_call);
	cr_expect_eq(registers_result(&frame), SYS_ppoll);
	cr_expect_eq(self.again[1].used, 0);
}

static int pipe_end(void)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	return ends[1];
}

Test(replay, of_a_transfer_what_was_not_moved)
{
	struct again *again;

	be_in(SYS_write, 100, (uint64_t)pipe_end(), 0x10000, 300, 0);
	again = record();
	cr_expect_eq(again->nr, SYS_write);
	cr_expect_eq(again->arguments[1], 0x10000 + 100);
	cr_expect_eq(again->arguments[2], 200);
	cr_expect_eq(again_next(again, 150), 0, "cut short by somebody else");
	cr_expect_eq(again->result, 250);
	again->cut = 1;
	again->done = 100;
	cr_expect_eq(again_next(again, 150), 1);
	cr_expect_eq(again->arguments[1], 0x10000 + 250);
	cr_expect_eq(again->arguments[2], 50);
	cr_expect_eq(again_next(again, 50), 0);
	cr_expect_eq(again->result, 300);
}

Test(replay, an_error_behind_a_part_is_for_the_next_call)
{
	struct again *again;

	be_in(SYS_write, 100, (uint64_t)pipe_end(), 0x10000, 300, 0);
	again = record();
	cr_expect_eq(again_next(again, -EPIPE), 0);
	cr_expect_eq(again->result, 100);
}

Test(replay, a_vector_goes_on_in_its_middle)
{
	char data[100];
	struct iovec vector[3] = { { data, 10 }, { data + 10, 20 }, { data + 30, 70 } };
	struct again *again;

	be_in(SYS_writev, 15, (uint64_t)pipe_end(), (uintptr_t)vector, 3, 0);
	again = record();
	cr_expect_eq(again->nr, SYS_write);
	cr_expect_eq(again->arguments[1], (uintptr_t)data + 15);
	cr_expect_eq(again->arguments[2], 15);
	cr_expect_eq(again_next(again, 15), 1);
	cr_expect_eq(again->nr, SYS_writev);
	cr_expect_eq(again->arguments[1], (uintptr_t)&vector[2]);
	cr_expect_eq(again->arguments[2], 1);
	cr_expect_eq(again_next(again, 70), 0);
	cr_expect_eq(again->result, 100);
}

Test(replay, a_file_may_end_where_it_likes)
{
	FILE *file = tmpfile();

	be_in(SYS_write, 100, (uint64_t)fileno(file), 0x10000, 300, 0);
	cr_expect_null(registers_record(&frame));
	expect_at(BEHIND, 100);
}

Test(replay, what_is_complete_is_left_alone)
{
	be_in(SYS_write, 300, (uint64_t)pipe_end(), 0x10000, 300, 0);
	cr_expect_null(registers_record(&frame));
	expect_at(BEHIND, 300);
	be_in(SYS_read, 100, 0, 0x10000, 300, 0);
	cr_expect_null(registers_record(&frame));
}

Test(replay, the_oldest_record_is_taken_over)
{
	for (int i = 0; i < SELF_AGAIN + 1; i++) {
		frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(code + BEHIND);
		be_in(SYS_poll, -EINTR, 1, 2, 5000, 0);
	}
	cr_expect_eq(record(), &self.again[0]);
	cr_expect_gt(self.again[0].used, self.again[SELF_AGAIN - 1].used);
}

/* The whole way, with the kernel: registers come back as they were. */
Test(replay, the_code_gives_the_registers_back)
{
	static const struct timespec time = { 0, 1000 };
	struct again *again = &self.again[0];
	uint64_t rdx = 0x1234, rbx = 0x5678, result;

	*again = (struct again){ .registers = { 1, 2, rdx, 4, 5, 6 },
				 .used = 1,
				 .rbx = rbx,
				 .program_nr = SYS_nanosleep,
				 .nr = SYS_nanosleep };
	__asm__ volatile("mov %%rsp, %c[stack](%%rbx)\n\t"
			 "lea 1f(%%rip), %%rcx\n\t"
			 "mov %%rcx, %c[pc](%%rbx)\n\t"
			 "jmp again_call\n"
			 "1:"
			 : "=a"(result), "+b"(again), "=d"(rdx)
			 : "a"((long)SYS_nanosleep), "D"(&time),
			   "S"(0L), [stack] "i"(offsetof(struct again, stack)),
			   [pc] "i"(offsetof(struct again, pc))
			 : "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
	cr_expect_eq(result, 0);
	cr_expect_eq((uintptr_t)again, rbx);
	cr_expect_eq(rdx, 0x1234);
	cr_expect_eq(self.again[0].used, 0);
}
