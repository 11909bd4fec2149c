/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that were interrupted: set back where it is certain, and forward where it must be. */
#include "shim/replay.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim/anchor.h"
#include "shim/gate.h"
#include "shim/quiesce.h"
#include "shim/registers.h"

#define PAGE   4096
#define BEFORE 1000 /* where the instruction is */
#define BEHIND (BEFORE + 2)
#define SP     0x7ffc12345678

struct anchor anchor;
__thread struct self self = { .call = -1 };

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
}

Test(replay, a_handler_of_the_program_interrupts)
{
	let_wait(SIGALRM, handler, 0, SYS_read);
	replay_yield(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, a_handler_that_restarts_does_not)
{
	let_wait(SIGALRM, handler, SA_RESTART, SYS_read);
	replay_yield(&frame);
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
		replay_yield(&frame);
		expect_at(BEHIND, -EINTR);
	}
}

Test(replay, without_a_handler_nothing_interrupts)
{
	let_wait(SIGTERM, SIG_DFL, 0, SYS_poll);
	let_wait(SIGCHLD, SIG_IGN, 0, SYS_poll);
	replay_yield(&frame);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, the_signal_that_is_ours_does_not_interrupt)
{
	let_wait(SIGUSR2, handler, 0, SYS_poll);
	replay_yield(&frame);
	expect_at(BEFORE, SYS_poll);
}

Test(replay, what_the_program_has_blocked_does_not_interrupt)
{
	let_wait(SIGALRM, handler, 0, SYS_poll);
	sigaddset(&frame.uc_sigmask, SIGALRM);
	replay_yield(&frame);
	expect_at(BEFORE, SYS_poll);
	sigdelset(&frame.uc_sigmask, SIGALRM);
	replay_yield(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, one_of_several_is_enough)
{
	let_wait(SIGTERM, SIG_DFL, 0, SYS_read);
	let_wait(SIGHUP, handler, SA_RESTART, SYS_read);
	let_wait(SIGRTMAX, handler, 0, SYS_read);
	replay_yield(&frame);
	expect_at(BEHIND, -EINTR);
}

Test(replay, a_thread_in_no_call_is_left_alone)
{
	let_wait(SIGALRM, handler, 0, SYS_poll);
	frame.uc_mcontext.gregs[REG_RIP] -= 5;
	replay_yield(&frame);
	expect_at(BEFORE - 5, SYS_poll);
}
