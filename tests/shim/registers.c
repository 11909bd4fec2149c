/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saved registers: code made by hand, and which call it was about to make. */
#include "shim/registers.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE      4096
#define SYSCALL   0x0f, 0x05
#define FIVE_NOPS 0x90, 0x90, 0x90, 0x90, 0x90

/* One page of code between two that cannot be read. */
static unsigned char *code;
static ucontext_t frame;

static void open_code(void)
{
	unsigned char *pages = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(pages, MAP_FAILED);
	code = pages + PAGE;
	cr_assert_eq(mprotect(code, PAGE, PROT_READ | PROT_WRITE), 0);
	memset(code, 0x90, PAGE);
}

static void close_code(void)
{
	munmap(code - PAGE, 3 * PAGE);
}

TestSuite(registers, .init = open_code, .fini = close_code);

static void stand_at(size_t place)
{
	frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(code + place);
}

/* The bytes, and the program counter behind them. */
static void put(size_t place, const void *bytes, size_t size)
{
	memcpy(code + place, bytes, size);
	stand_at(place + size);
}

static int64_t decode(const unsigned char *bytes, size_t size)
{
	memset(code, 0x90, PAGE);
	put(1000, bytes, size);
	return registers_decode_call(&frame);
}

#define DECODED(...)                                   \
	decode((const unsigned char[]){ __VA_ARGS__ }, \
	       sizeof((const unsigned char[]){ __VA_ARGS__ }))

Test(registers, are_those_of_the_frame)
{
	frame.uc_mcontext.gregs[REG_RIP] = 0x123456789abc;
	frame.uc_mcontext.gregs[REG_RSP] = 0x7ffc00112233;
	frame.uc_mcontext.gregs[REG_RAX] = -4;
	cr_expect_eq(registers_pc(&frame), 0x123456789abc);
	cr_expect_eq(registers_sp(&frame), 0x7ffc00112233);
	cr_expect_eq(registers_result(&frame), -4);
}

Test(registers, behind_the_instruction_and_before_it)
{
	put(100, (const unsigned char[]){ SYSCALL }, 2);
	cr_expect(registers_behind_syscall(&frame));
	cr_expect_not(registers_before_syscall(&frame));
	stand_at(100);
	cr_expect_not(registers_behind_syscall(&frame));
	cr_expect(registers_before_syscall(&frame));
	stand_at(101);
	cr_expect_not(registers_behind_syscall(&frame));
	cr_expect_not(registers_before_syscall(&frame));
}

/* int 0x80, sysenter, ud2: calls of other kinds, or none. */
Test(registers, other_instructions_are_not_meant)
{
	static const unsigned char others[][2] = { { 0xcd, 0x80 }, { 0x0f, 0x34 }, { 0x0f, 0x0b } };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		put(100, others[i], 2);
		cr_expect_not(registers_behind_syscall(&frame), "number %zu", i);
		stand_at(100);
		cr_expect_not(registers_before_syscall(&frame), "number %zu", i);
	}
}

Test(registers, back_and_forward_again)
{
	put(100, (const unsigned char[]){ SYSCALL }, 2);
	frame.uc_mcontext.gregs[REG_RAX] = -4;
	frame.uc_mcontext.gregs[REG_RDI] = 77;
	registers_rewind(&frame, SYS_poll);
	cr_expect_eq(registers_pc(&frame), (uintptr_t)code + 100);
	cr_expect_eq(registers_result(&frame), SYS_poll);
	cr_expect(registers_before_syscall(&frame));
	registers_forward(&frame, -9);
	cr_expect_eq(registers_pc(&frame), (uintptr_t)code + 102);
	cr_expect_eq(registers_result(&frame), -9);
	cr_expect(registers_behind_syscall(&frame));
	cr_expect_eq(frame.uc_mcontext.gregs[REG_RDI], 77);
}

Test(registers, at_the_edges_of_a_page)
{
	put(0, (const unsigned char[]){ SYSCALL }, 2);
	cr_expect(registers_behind_syscall(&frame));
	stand_at(0);
	cr_expect(registers_before_syscall(&frame));
	cr_expect_not(registers_behind_syscall(&frame), "nothing before the page is read");
	stand_at(1);
	cr_expect_not(registers_behind_syscall(&frame));
	put(PAGE - 2, (const unsigned char[]){ SYSCALL }, 2);
	stand_at(PAGE - 2);
	cr_expect(registers_before_syscall(&frame));
	code[PAGE - 1] = 0x0f;
	stand_at(PAGE - 1);
	cr_expect_not(registers_before_syscall(&frame), "nothing behind the page is read");
}

Test(registers, a_number_moved_to_eax)
{
	cr_expect_eq(DECODED(0xb8, 7, 0, 0, 0, SYSCALL), SYS_poll);
	cr_expect_eq(DECODED(0xb8, 0x0e, 0x01, 0, 0, SYSCALL), SYS_pselect6);
	cr_expect_eq(DECODED(0xb8, 0, 0, 0, 0, SYSCALL), SYS_read);
	cr_expect_eq(DECODED(0xb8, 0xff, 0x03, 0, 0, SYSCALL), 1023);
	cr_expect_eq(DECODED(0xb8, 0xb8, 0, 0, 0, SYSCALL), 0xb8);
}

/* As libc's clock_nanosleep() and pause() have them. */
Test(registers, a_number_with_arguments_behind_it)
{
	cr_expect_eq(DECODED(0xb8, 0xe6, 0, 0, 0, 0x44, 0x89, 0xe7, 0x48, 0x89, 0xda, SYSCALL),
		     SYS_clock_nanosleep);
	cr_expect_eq(DECODED(0xb8, 0x22, 0, 0, 0, 0x31, 0xff, SYSCALL), SYS_pause);
	cr_expect_eq(DECODED(0xb8, 0x0f, 0x01, 0, 0, 0x41, 0xba, 8, 0, 0, 0, SYSCALL), SYS_ppoll);
}

Test(registers, eax_made_zero_is_read)
{
	cr_expect_eq(DECODED(0x31, 0xc0, SYSCALL), SYS_read);
	cr_expect_eq(DECODED(0xb8, 7, 0, 0, 0, 0x31, 0xc0, SYSCALL), SYS_read);
	cr_expect_eq(DECODED(0x31, 0xc0, 0x90, SYSCALL), -1, "only right in front");
}

/* xor %r8d, %r8d is xor %eax, %eax with a prefix: a fifth argument of 0. */
Test(registers, r8_made_zero_is_an_argument)
{
	cr_expect_eq(DECODED(0xb8, 0xf7, 0, 0, 0, 0x45, 0x31, 0xc0, SYSCALL), SYS_waitid);
	cr_expect_eq(DECODED(0xb8, 0xf7, 0, 0, 0, 0x4d, 0x31, 0xc0, SYSCALL), SYS_waitid);
	cr_expect_eq(DECODED(0xb8, 0xf7, 0, 0, 0, 0x48, 0x31, 0xc0, SYSCALL), SYS_read);
}

Test(registers, the_nearest_number_counts)
{
	cr_expect_eq(DECODED(0xb8, 1, 0, 0, 0, 0xb8, 2, 0, 0, 0, SYSCALL), SYS_open);
	cr_expect_eq(DECODED(0xb8, 7, 0, 0, 0, 0xb8, 0, 0x10, 0, 0, SYSCALL), SYS_poll,
		     "too large for a call");
}

/* The byte b8 behind a REX prefix with B set fills r8: flags of a call, not its number. */
Test(registers, a_number_moved_to_r8_is_an_argument)
{
	cr_expect_eq(DECODED(0xb8, 0x5f, 0x01, 0, 0, 0x41, 0xb8, 8, 0, 0, 0, SYSCALL), 351);
	cr_expect_eq(DECODED(0x31, 0xc0, 0x41, 0xb8, 8, 0, 0, 0, SYSCALL), -1);
	cr_expect_eq(DECODED(FIVE_NOPS, 0x49, 0xb8, 8, 0, 0, 0, 0, 0, 0, 0, SYSCALL), -1);
}

/* mov $202, %r8d; mov %r8d, %eax: as libc's mutexes do it, who need the number again. */
Test(registers, a_number_by_way_of_another_register)
{
	cr_expect_eq(DECODED(0x41, 0xb8, 0xca, 0, 0, 0, 0x44, 0x89, 0xc0, SYSCALL), SYS_futex);
	cr_expect_eq(DECODED(0x41, 0xb8, 0xca, 0, 0, 0, 0x4c, 0x89, 0xc0, SYSCALL), SYS_futex);
	cr_expect_eq(DECODED(0x41, 0xbc, 0xca, 0, 0, 0, 0x44, 0x89, 0xe0, SYSCALL), SYS_futex);
	cr_expect_eq(DECODED(0xbd, 0xca, 0, 0, 0, 0x31, 0xd2, 0x89, 0xe8, SYSCALL), SYS_futex);
	cr_expect_eq(DECODED(0xba, 0x3c, 0, 0, 0, 0x48, 0x89, 0xd0, SYSCALL), SYS_exit);
	cr_expect_eq(DECODED(0x41, 0xbd, 0xca, 0, 0, 0, 0x44, 0x89, 0xe0, SYSCALL), -1);
	cr_expect_eq(DECODED(0xbc, 0xca, 0, 0, 0, 0x44, 0x89, 0xe0, SYSCALL), -1);
}

/* AddressSanitizer's read() behind another function's open(): mov %r8, %rax. */
Test(registers, a_number_of_the_function_before_is_none)
{
	cr_expect_leq(DECODED(0xb8, 2, 0, 0, 0, 0xc3, 0x45, 0x31, 0xc0, 0x4c, 0x89, 0xc0, SYSCALL),
		      SYS_read);
}

/* mov %rbx, %r8; mov %edx, %r8d; mov %r9, %r8: moves too, but of the fifth argument. */
Test(registers, an_argument_moved_last_is_no_number)
{
	cr_expect_eq(DECODED(0xb8, 0x9d, 0, 0, 0, 0xbb, 5, 0, 0, 0, 0x49, 0x89, 0xd8, SYSCALL),
		     SYS_prctl);
	cr_expect_eq(DECODED(0xb8, 0x19, 0, 0, 0, 0xba, 1, 0, 0, 0, 0x41, 0x89, 0xd0, SYSCALL),
		     SYS_mremap);
	cr_expect_eq(DECODED(0xb8, 0x19, 0, 0, 0, 0x4d, 0x89, 0xc8, SYSCALL), SYS_mremap);
}

Test(registers, nothing_is_nothing)
{
	cr_expect_eq(DECODED(FIVE_NOPS, SYSCALL), -1);
	cr_expect_eq(DECODED(0x89, 0xf8, SYSCALL), -1, "mov %%edi, %%eax");
	cr_expect_eq(DECODED(0xb8, 0, 4, 0, 0, SYSCALL), -1);
	cr_expect_eq(DECODED(0xb8, 0xff, 0xff, 0xff, 0xff, SYSCALL), -1);
}

static int64_t decode_far(size_t distance)
{
	memset(code, 0x90, PAGE);
	put(1000, (const unsigned char[]){ 0xb8, 7, 0, 0, 0 }, 5);
	put(1000 + distance, (const unsigned char[]){ SYSCALL }, 2);
	return registers_decode_call(&frame);
}

Test(registers, far_away_is_something_else)
{
	for (size_t distance = 5; distance < 200; distance++)
		cr_expect_eq(decode_far(distance), distance <= 40 ? SYS_poll : -1, "%zu", distance);
}

/* The page before may not be there: a number that begins in it is not known. */
Test(registers, decoding_stays_in_the_page)
{
	static const unsigned char poll[] = { 0xb8, 7, 0, 0, 0, SYSCALL };

	for (size_t cut = 0; cut <= sizeof(poll); cut++) {
		memset(code, 0x90, PAGE);
		put(0, poll + cut, sizeof(poll) - cut);
		cr_expect_eq(registers_decode_call(&frame), cut ? -1 : SYS_poll, "%zu", cut);
	}
	for (size_t place = 0; place < 100; place++) {
		memset(code, 0x90, PAGE);
		put(place, (const unsigned char[]){ SYSCALL }, 2);
		cr_expect_eq(registers_decode_call(&frame), -1, "%zu", place);
	}
}

Test(registers, where_the_page_before_is_there_it_counts)
{
	static const unsigned char poll[] = { 0xb8, 7, 0, 0, 0, SYSCALL };

	cr_assert_eq(mprotect(code - PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
	for (size_t cut = 0; cut <= sizeof(poll); cut++) {
		memset(code - PAGE, 0x90, 2 * PAGE);
		memcpy(code - cut, poll, sizeof(poll));
		stand_at(sizeof(poll) - cut);
		cr_expect(registers_behind_syscall(&frame), "%zu", cut);
		cr_expect_eq(registers_decode_call(&frame), SYS_poll, "%zu", cut);
	}
}

/* The instruction in libc's own function, as it is here. */
static void check_libc(const char *name, int64_t expected)
{
	const unsigned char *function = dlsym(RTLD_DEFAULT, name);
	const unsigned char *at = function ? memmem(function, 48, "\x0f\x05", 2) : NULL;

	cr_assert(at, "%s() has no such instruction", name);
	frame.uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(at + 2);
	cr_expect(registers_behind_syscall(&frame));
	cr_expect_eq(registers_decode_call(&frame), expected, "%s", name);
}

Test(registers, libc_is_understood)
{
	check_libc("getppid", SYS_getppid);
	check_libc("sched_yield", SYS_sched_yield);
	check_libc("alarm", SYS_alarm);
	check_libc("epoll_create1", SYS_epoll_create1);
}
