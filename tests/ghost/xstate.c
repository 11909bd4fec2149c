/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers of one CPU's signal frames in another's layout. */
#include "ghost/xstate.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define BIT(component) (1ULL << (component))
#define AVX512 (BIT(5) | BIT(6) | BIT(7))
#define MXCSR_BITS 0xffffU
#define AREA_MAX 16384UL

/* As CPUID tells of real ones. */
static const struct machine amd = {
	.xcr0 = 7 | AVX512,
	.xsave_size = 2432,
	.xsave_offset = { [2] = 576, [5] = 832, [6] = 896, [7] = 1408 },
};
static const struct machine amd_keys = {
	.xcr0 = 7 | AVX512 | BIT(9),
	.xsave_size = 2440,
	.xsave_offset = { [2] = 576, [5] = 832, [6] = 896, [7] = 1408, [9] = 2432 },
};
static const struct machine intel = {
	.xcr0 = 7 | AVX512 | BIT(9),
	.xsave_size = 2696,
	.xsave_offset = { [2] = 576, [5] = 1088, [6] = 1152, [7] = 1664, [9] = 2688 },
};
static const struct machine intel_mpx = {
	.xcr0 = 7 | BIT(3) | BIT(4) | AVX512 | BIT(9),
	.xsave_size = 2696,
	.xsave_offset = { [2] = 576, [3] = 960, [4] = 1024, [5] = 1088, [6] = 1152, [7] = 1664,
			  [9] = 2688 },
};
static const struct machine intel_amx = {
	.xcr0 = 7 | AVX512 | BIT(9) | BIT(17) | BIT(18),
	.xsave_size = 11008,
	.xsave_offset = { [2] = 576, [5] = 1088, [6] = 1152, [7] = 1664, [9] = 2688, [17] = 2752,
			  [18] = 2816 },
};
static const struct machine avx_only = {
	.xcr0 = 7, .xsave_size = 832, .xsave_offset = { [2] = 576 },
};
static const struct machine sse_only = { .xcr0 = 3, .xsave_size = 576 };

static const uint32_t sizes[MACHINE_XSTATES] = {
	[2] = 256, [3] = 64, [4] = 64, [5] = 64, [6] = 512, [7] = 1024, [9] = 8, [17] = 64,
	[18] = 8192, [19] = 128,
};

static void put32(unsigned char *area, size_t at, uint32_t value)
{
	memcpy(area + at, &value, sizeof(value));
}

static void put64(unsigned char *area, size_t at, uint64_t value)
{
	memcpy(area + at, &value, sizeof(value));
}

static uint32_t get32(const unsigned char *area, size_t at)
{
	uint32_t value;

	memcpy(&value, area + at, sizeof(value));
	return value;
}

static uint64_t get64(const unsigned char *area, size_t at)
{
	uint64_t value;

	memcpy(&value, area + at, sizeof(value));
	return value;
}

static unsigned char byte_of(unsigned int component, size_t at)
{
	return (unsigned char)(component * 37 + at * 11 + 1);
}

/* A frame as the kernel of `machine` writes it, at the end of its memory: a page
 * that is not there follows. */
static unsigned char *frame_of(const struct machine *machine, uint64_t in_use)
{
	size_t size = machine->xsave_size + 4;
	char *memory = mmap(NULL, AREA_MAX + 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *area;

	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(mprotect(memory + AREA_MAX, 4096, PROT_NONE), 0);
	area = (unsigned char *)memory + AREA_MAX - size;
	for (size_t i = 0; i < 464; i++)
		area[i] = byte_of(0, i);
	put32(area, 24, 0x1f80);
	put32(area, 464, 0x46505853);
	put32(area, 468, (uint32_t)size);
	put64(area, 472, machine->xcr0);
	put32(area, 480, machine->xsave_size);
	put64(area, 512, in_use);
	for (unsigned int i = 2; i < MACHINE_XSTATES; i++)
		for (size_t at = 0; machine->xcr0 >> i & 1 && at < sizes[i]; at++)
			area[machine->xsave_offset[i] + at] = byte_of(i, at);
	put32(area, machine->xsave_size, 0x46505845);
	return area;
}

static void expect_component(const unsigned char *area, const struct machine *machine,
			     unsigned int i)
{
	for (size_t at = 0; at < sizes[i]; at++)
		cr_assert_eq(area[machine->xsave_offset[i] + at], byte_of(i, at),
			     "component %u, byte %zu", i, at);
}

/* What the kernel looks at before it believes a frame (arch/x86/kernel/fpu/signal.c). */
static void expect_sound(const unsigned char *area, long length, const struct machine *machine)
{
	uint64_t set = get64(area, 472), header = get64(area, 512);
	uint32_t size = get32(area, 480);

	cr_assert_eq(get32(area, 464), 0x46505853);
	cr_assert_eq(size + 4, length);
	cr_assert_eq(get32(area, 468), length);
	cr_assert_geq(size, 576);
	cr_assert_leq(size, machine->xsave_size);
	cr_assert_eq(get32(area, size), 0x46505845);
	cr_assert_eq(set & ~machine->xcr0, 0);
	cr_assert_eq(header & ~set, 0);
	for (size_t at = 520; at < 576; at++)
		cr_assert_eq(area[at], 0, "byte %zu of the header", at);
}

static unsigned char out[AREA_MAX] __attribute__((aligned(64)));

static long bring(const struct machine *from, uint64_t in_use, const struct machine *to)
{
	long length;

	memset(out, 0xee, sizeof(out));
	length = xstate_translate(from, frame_of(from, in_use), to, MXCSR_BITS, out, xstate_room(to));
	for (size_t at = xstate_room(to); at < sizeof(out); at++)
		cr_assert_eq(out[at], 0xee, "byte %zu behind the end is written", at);
	return length;
}

static void check_way(const struct machine *from, const struct machine *to, uint64_t in_use)
{
	long length = bring(from, in_use, to);

	cr_assert_gt(length, 0, "%ld", length);
	expect_sound(out, length, to);
	for (size_t at = 0; at < 464; at++)
		cr_assert(at == 24 || at == 25 || at == 26 || at == 27 || out[at] == byte_of(0, at));
	cr_assert_eq(get32(out, 24), 0x1f80);
	for (unsigned int i = 2; i < MACHINE_XSTATES; i++)
		if (in_use >> i & 1 && to->xcr0 >> i & 1)
			expect_component(out, to, i);
	cr_assert_eq(get64(out, 512) & ~BIT(9), in_use & ~BIT(9));
}

static const struct machine *const all[] = { &amd,	&amd_keys, &intel,   &intel_mpx,
					     &intel_amx, &avx_only, &sse_only };
#define MACHINES (sizeof(all) / sizeof(all[0]))

/* Each to each, each set of components that both have. */
Test(xstate, goes_from_any_layout_to_any_other)
{
	static const uint64_t sets[] = { 0, 1, 2, 3, 4, 7, BIT(5), BIT(6), BIT(7), AVX512,
					 7 | AVX512, 7 | BIT(3) | BIT(4), 3 | BIT(9),
					 7 | AVX512 | BIT(9), BIT(17), 7 | BIT(17) | BIT(18) };

	for (size_t from = 0; from < MACHINES; from++)
		for (size_t to = 0; to < MACHINES; to++)
			for (size_t set = 0; set < sizeof(sets) / sizeof(sets[0]); set++)
				if (!(sets[set] & ~(all[from]->xcr0 & (all[to]->xcr0 | BIT(9)))))
					check_way(all[from], all[to], sets[set]);
}

/* What has no value need not fit: a frame is as long as what is in it. */
Test(xstate, is_no_longer_than_needed)
{
	cr_expect_eq(bring(&amd, 7, &avx_only), 832 + 4);
	cr_expect_eq(bring(&amd, 3, &sse_only), 576 + 4);
	cr_expect_eq(bring(&intel, 7 | AVX512, &amd), 2432 + 4);
	cr_expect_eq(bring(&amd, 7 | BIT(5), &avx_only), -ENODEV);
}

Test(xstate, comes_back_the_same)
{
	static unsigned char there[AREA_MAX] __attribute__((aligned(64)));
	uint64_t in_use = 7 | AVX512;
	long length = bring(&amd, in_use, &intel), again;

	memcpy(there, out, sizeof(there));
	again = xstate_translate(&intel, there, &amd, MXCSR_BITS, out, sizeof(out));
	cr_assert_gt(length, again);
	expect_sound(out, again, &amd);
	for (unsigned int i = 2; i < 8; i++)
		if (in_use >> i & 1)
			expect_component(out, &amd, i);
	memcpy(there, out, sizeof(there));
	cr_assert_eq(xstate_translate(&amd, there, &amd, MXCSR_BITS, out, sizeof(out)), again);
	cr_expect_arr_eq(out, there, (size_t)again);
}

Test(xstate, names_what_a_cpu_lacks)
{
	char names[256];
	struct text text;

	text_open(&text, names, sizeof(names));
	cr_expect_eq(xstate_missing(7 | BIT(7) | BIT(18), &avx_only, &text), 2);
	cr_expect_str_eq(names, "AVX-512 registers 16 to 31, AMX tiles");
	text_open(&text, names, sizeof(names));
	cr_expect_eq(xstate_missing(7, &sse_only, &text), 1);
	cr_expect_str_eq(names, "AVX");
	text_open(&text, names, sizeof(names));
	cr_expect_eq(xstate_missing(3 | BIT(8) | BIT(62), &intel_amx, &text), 2);
	cr_expect_str_eq(names, "component 8, component 62");
	text_open(&text, names, sizeof(names));
	cr_expect_eq(xstate_missing(7 | BIT(9), &avx_only, &text), 0, "rights to keys nobody has");
	for (size_t i = 0; i < MACHINES; i++)
		cr_expect_eq(xstate_missing(all[i]->xcr0, all[i], &text), 0);
}

Test(xstate, rights_to_keys_begin_as_in_a_new_program)
{
	cr_assert_gt(bring(&amd, 7, &intel), 0);
	cr_expect_eq(get32(out, 2688), 0x55555554);
	cr_expect_eq(get64(out, 512), 7 | BIT(9));
	cr_assert_gt(bring(&intel, 7 | BIT(9), &amd_keys), 0);
	expect_component(out, &amd_keys, 9);
}

Test(xstate, mxcsr_keeps_the_bits_that_may_be_set)
{
	unsigned char *area = frame_of(&amd, 3);

	put32(area, 24, 0x3ff80);
	cr_assert_gt(xstate_translate(&amd, area, &intel, 0xffff, out, sizeof(out)), 0);
	cr_expect_eq(get32(out, 24), 0xff80);
	cr_assert_gt(xstate_translate(&amd, area, &intel, 0x2ffff, out, sizeof(out)), 0);
	cr_expect_eq(get32(out, 24), 0x2ff80);
	cr_expect_eq(xstate_mxcsr_bits() & 0xffbf, 0xffbf);
}

/* As the kernel: without both magics only x87 and SSE count. */
Test(xstate, a_frame_without_its_marks_has_only_the_old_registers)
{
	static const size_t marks[] = { 464, 2432 };
	unsigned char *area;

	for (size_t i = 0; i < 2; i++) {
		area = frame_of(&amd, 7 | AVX512);
		put32(area, marks[i], 0);
		cr_expect_eq(xstate_in_use(area), 3);
		cr_assert_eq(xstate_translate(&amd, area, &intel, MXCSR_BITS, out, sizeof(out)),
			     2696 + 4);
		cr_expect_eq(get64(out, 512), 3 | BIT(9));
	}
	area = frame_of(&amd, 7 | AVX512);
	put64(area, 472, 7);
	cr_expect_eq(xstate_in_use(area), 7, "the kernel was not to look at the others");
}

Test(xstate, compacted_is_refused)
{
	unsigned char *area = frame_of(&amd, 7);

	put64(area, 520, BIT(63) | 7);
	cr_expect_eq(xstate_translate(&amd, area, &intel, MXCSR_BITS, out, sizeof(out)),
		     -EOPNOTSUPP);
}

Test(xstate, what_contradicts_itself_is_refused)
{
	struct machine wrong = amd;
	unsigned char *area = frame_of(&amd, 7 | AVX512);

	wrong.xsave_offset[7] = 2432 - 1023;
	cr_expect_eq(xstate_translate(&wrong, area, &intel, MXCSR_BITS, out, sizeof(out)), -EBADMSG);
	wrong.xsave_offset[7] = 0xffffff00;
	cr_expect_eq(xstate_translate(&wrong, area, &intel, MXCSR_BITS, out, sizeof(out)), -EBADMSG);
	wrong.xsave_offset[7] = 100;
	cr_expect_eq(xstate_translate(&wrong, area, &intel, MXCSR_BITS, out, sizeof(out)), -EBADMSG);
	wrong = amd;
	wrong.xcr0 = 7;
	cr_expect_eq(xstate_translate(&wrong, area, &intel, MXCSR_BITS, out, sizeof(out)), -EBADMSG);
	cr_expect_eq(xstate_translate(&amd, area, &intel, MXCSR_BITS, out, 2699), -ENOSPC);
}

/* Whatever the first 576 bytes say, it reads and writes where it may. */
Test(xstate, never_leaves_its_memory)
{
	unsigned char *area = frame_of(&amd, 7 | AVX512), *copy = malloc(2436);

	memcpy(copy, area, 2436);
	for (size_t at = 464; at < 576; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			/* The length itself says where the second mark lies: the kernel wrote it. */
			if (at >= 480 && at < 484)
				continue;
			memcpy(area, copy, 2436);
			area[at] ^= (unsigned char)(1U << bit);
			memset(out, 0xee, sizeof(out));
			(void)xstate_translate(&amd, area, &intel, MXCSR_BITS, out, 2700);
			for (size_t i = 2700; i < sizeof(out); i++)
				cr_assert_eq(out[i], 0xee);
		}
	}
	free(copy);
}

static struct machine here;
static long translated;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	ucontext_t *frame = context;

	(void)signal;
	(void)info;
	translated = xstate_translate(&here, frame->uc_mcontext.fpregs, &here, xstate_mxcsr_bits(),
				      out, sizeof(out));
	frame->uc_mcontext.fpregs = (void *)out;
}

#define SET_512(n) "vmovdqu64 (%0), %%zmm" #n "\n"

/* The real kernel takes what was made of its own frame, the highest registers in it. */
Test(xstate, the_kernel_takes_it)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	unsigned char before[64], after[64];
	int wide;

	__builtin_cpu_init();
	wide = __builtin_cpu_supports("avx512f");
	machine_ask(&here);
	for (size_t i = 0; i < sizeof(before); i++)
		before[i] = after[i] = byte_of(7, i);
	cr_assert_eq(sigaction(SIGUSR1, &action, NULL), 0);
	if (wide)
		__asm__ volatile(SET_512(31) "vpxord %%zmm0, %%zmm0, %%zmm0\n"
				 "mov $200, %%eax\n mov %2, %%edi\n mov $10, %%esi\n syscall\n"
				 "vmovdqu64 %%zmm31, (%1)\n vzeroupper\n"
				 :
				 : "r"(before), "r"(after), "r"(gettid())
				 : "rax", "rdi", "rsi", "rcx", "r11", "memory", "xmm0");
	else
		raise(SIGUSR1);
	cr_assert_gt(translated, 0, "%ld", translated);
	cr_expect_arr_eq(after, before, sizeof(after));
	cr_expect(!wide || xstate_in_use(out) & BIT(7));
}
