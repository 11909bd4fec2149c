/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPU: what a ghost needs of it, and what this one has. */
#include "ghost/machine.h"

#include <criterion/criterion.h>
#include <string.h>

#include "ghost/medium.h"

Test(machine, this_one_is_enough_for_itself)
{
	struct machine here;
	char names[64];
	struct text text;

	machine_ask(&here);
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&here, &here, &text), 0);
	cr_expect_str_empty(names);
	cr_expect(machine_same_frames(&here, &here));
}

/* Every x86-64 CPU has these; and the kernel saves at least x87 and SSE. */
Test(machine, this_one_is_an_x86_64)
{
	struct machine here;

	machine_ask(&here);
	cr_expect(here.features[0] & 1U << 26, "SSE2");
	cr_expect(here.features[6] & 1U << 29, "long mode");
	cr_expect_eq(here.xcr0 & 3, 3);
	cr_expect_eq(!!(here.features[1] & 1U << 28), __builtin_cpu_supports("avx") != 0);
	cr_expect_eq(!!(here.features[2] & 1U << 5), __builtin_cpu_supports("avx2") != 0);
}

Test(machine, answers_the_same_each_time)
{
	struct machine one, other;

	memset(&one, 0, sizeof(one));
	memset(&other, 0xff, sizeof(other));
	machine_ask(&one);
	machine_ask(&other);
	cr_expect_eq(one.xcr0, other.xcr0);
	cr_expect_eq(one.xsave_size, other.xsave_size);
	cr_expect(machine_same_frames(&one, &other));
}

Test(machine, missing_features_have_names)
{
	struct machine ghost = { 0 }, here = { 0 };
	char names[64];
	struct text text;

	ghost.features[1] = 1U << 28;
	ghost.features[2] = 1U << 16 | 1U << 5;
	here.features[2] = 1U << 5;
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&ghost, &here, &text), 2);
	cr_expect_str_eq(names, "avx avx512f");
}

Test(machine, more_than_needed_is_no_obstacle)
{
	struct machine ghost = { 0 }, here;
	char names[64];
	struct text text;

	machine_ask(&here);
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&ghost, &here, &text), 0);
}

/* Bit 31 of word 1 says "under a hypervisor": a ghost may leave one. */
Test(machine, what_no_code_is_selected_by_is_not_needed)
{
	struct machine ghost = { 0 }, here = { 0 };
	char names[64];
	struct text text;

	ghost.features[1] = 1U << 31;
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&ghost, &here, &text), 0);
}

/* An older CPU takes them for something else that does no harm. */
Test(machine, hints_are_not_needed)
{
	struct machine ghost = { 0 }, here = { 0 };
	char names[64];
	struct text text;

	ghost.features[2] = 1U << 4 | 1U << 9;	/* hle, erms */
	ghost.features[3] = 1U << 3;		/* pku: nobody has a key */
	ghost.features[4] = 1U << 4;		/* fsrm */
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&ghost, &here, &text), 0);
}

/* The loader of glibc saves registers by it, as it found at the start. */
Test(machine, the_way_to_save_registers_is_needed)
{
	struct machine ghost = { 0 }, here = { 0 };
	char names[64];
	struct text text;

	ghost.features[9] = 1U << 1;
	text_open(&text, names, sizeof(names));
	cr_expect_eq(machine_missing(&ghost, &here, &text), 1);
	cr_expect_str_eq(names, "xsavec");
}

static const char *missing_of(uint32_t word, uint32_t bit)
{
	struct machine ghost = { 0 }, here = { 0 };
	static char names[64];
	struct text text;

	ghost.features[word] = 1U << bit;
	text_open(&text, names, sizeof(names));
	machine_missing(&ghost, &here, &text);
	return names;
}

/* What the x86-64 levels 2 to 4 consist of, as gcc knows them. */
Test(machine, the_levels_are_covered)
{
	static const struct {
		uint32_t word, bit;
		const char *name;
	} levels[] = {
		{ 1, 13, "cx16" }, { 5, 0, "lahf" }, { 1, 23, "popcnt" }, { 1, 0, "sse3" },
		{ 1, 19, "sse4.1" }, { 1, 20, "sse4.2" }, { 1, 9, "ssse3" }, { 1, 28, "avx" },
		{ 2, 5, "avx2" }, { 2, 3, "bmi1" }, { 2, 8, "bmi2" }, { 1, 29, "f16c" },
		{ 1, 12, "fma" }, { 5, 5, "lzcnt" }, { 1, 22, "movbe" }, { 1, 26, "xsave" },
		{ 2, 16, "avx512f" }, { 2, 30, "avx512bw" }, { 2, 28, "avx512cd" },
		{ 2, 17, "avx512dq" }, { 2, 31, "avx512vl" },
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		cr_expect_str_eq(missing_of(levels[i].word, levels[i].bit), levels[i].name);
}

Test(machine, frames_differ_by_layout_not_by_features)
{
	struct machine one, other;

	machine_ask(&one);
	other = one;
	other.features[0] ^= 1;
	cr_expect(machine_same_frames(&one, &other));
	other = one;
	other.xcr0 ^= 4;
	cr_expect_not(machine_same_frames(&one, &other));
	other = one;
	other.xsave_size += 64;
	cr_expect_not(machine_same_frames(&one, &other));
	other = one;
	other.xsave_offset[MACHINE_XSTATES - 1] += 64;
	cr_expect_not(machine_same_frames(&one, &other));
}

Test(machine, comes_back)
{
	unsigned char bytes[256];
	struct medium_memory memory;
	struct machine here, back;
	ghost_t ghost;

	memset(&here, 0, sizeof(here));
	memset(&back, 0, sizeof(back));
	machine_ask(&here);
	medium_memory_read(&memory, bytes, sizeof(bytes));
	ghost_open(&ghost, GHOST_LEAVING, GHOST_CHECKPOINT, &memory.medium);
	cr_assert_eq(make_ghost_machine(&ghost, &here), 0);
	cr_assert_eq(make_ghost_machine_more(&ghost, &here), 0);
	memory.position = 0;
	ghost_open(&ghost, GHOST_ARRIVING, GHOST_CHECKPOINT, &memory.medium);
	cr_assert_eq(make_ghost_machine(&ghost, &back), 0);
	cr_assert_eq(make_ghost_machine_more(&ghost, &back), 0);
	cr_expect(!memcmp(&here, &back, sizeof(here)));
}
