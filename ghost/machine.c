/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the CPU offers and how it lays out its extended state. */
#include "machine.h"

#include <cpuid.h>
#include <string.h>

#include "scalar.h"

/* Leaf, subleaf and register of each word of struct machine. */
static const struct {
	uint32_t leaf, subleaf;
	enum { EBX, ECX, EDX, EAX } reg;
} words[MACHINE_WORDS] = {
	{ 1, 0, EDX }, { 1, 0, ECX }, { 7, 0, EBX }, { 7, 0, ECX },
	{ 7, 0, EDX }, { 0x80000001, 0, ECX }, { 0x80000001, 0, EDX }, { 7, 1, EAX },
	{ 7, 1, EDX }, { 0xd, 1, EAX },
};

/* The features that compilers and libraries select code by: what cpu_features of
 * glibc looks at, the x86-64 levels, and -march=native.  Everything else in the
 * words (hypervisor bit, mitigations, APIC details) says nothing about whether
 * user code will run.  Left out on purpose: what older CPUs take for something
 * harmless or do more slowly (hle, erms, fsrm), and protection keys, for nobody
 * uses them who was not given one (and then there is no ghost). */
static const struct {
	uint8_t word, bit;
	const char *name;
} needed[] = {
	{ 1, 0, "sse3" }, { 1, 1, "pclmulqdq" }, { 1, 9, "ssse3" }, { 1, 12, "fma" },
	{ 1, 13, "cx16" }, { 1, 19, "sse4.1" }, { 1, 20, "sse4.2" }, { 1, 22, "movbe" },
	{ 1, 23, "popcnt" }, { 1, 25, "aes" }, { 1, 26, "xsave" }, { 1, 28, "avx" },
	{ 1, 29, "f16c" }, { 1, 30, "rdrand" }, { 2, 0, "fsgsbase" }, { 2, 3, "bmi1" },
	{ 2, 5, "avx2" }, { 2, 8, "bmi2" }, { 2, 11, "rtm" }, { 2, 16, "avx512f" },
	{ 2, 17, "avx512dq" }, { 2, 18, "rdseed" }, { 2, 19, "adx" }, { 2, 21, "avx512ifma" },
	{ 2, 23, "clflushopt" }, { 2, 24, "clwb" }, { 2, 26, "avx512pf" }, { 2, 27, "avx512er" },
	{ 2, 28, "avx512cd" }, { 2, 29, "sha" }, { 2, 30, "avx512bw" }, { 2, 31, "avx512vl" },
	{ 3, 1, "avx512vbmi" }, { 3, 5, "waitpkg" }, { 3, 6, "avx512vbmi2" }, { 3, 8, "gfni" },
	{ 3, 9, "vaes" }, { 3, 10, "vpclmulqdq" }, { 3, 11, "avx512vnni" },
	{ 3, 12, "avx512bitalg" }, { 3, 14, "avx512vpopcntdq" }, { 3, 22, "rdpid" },
	{ 3, 27, "movdiri" }, { 3, 28, "movdir64b" }, { 4, 2, "avx512-4vnniw" },
	{ 4, 3, "avx512-4fmaps" }, { 4, 8, "avx512-vp2intersect" }, { 4, 14, "serialize" },
	{ 4, 16, "tsxldtrk" }, { 4, 22, "amx-bf16" }, { 4, 23, "avx512fp16" },
	{ 4, 24, "amx-tile" }, { 4, 25, "amx-int8" }, { 5, 0, "lahf" }, { 5, 5, "lzcnt" },
	{ 5, 6, "sse4a" }, { 5, 11, "xop" }, { 5, 15, "lwp" }, { 5, 16, "fma4" },
	{ 5, 21, "tbm" }, { 6, 22, "mmxext" }, { 6, 27, "rdtscp" }, { 6, 30, "3dnowext" },
	{ 6, 31, "3dnow" }, { 7, 0, "sha512" }, { 7, 1, "sm3" }, { 7, 2, "sm4" },
	{ 7, 4, "avx-vnni" }, { 7, 5, "avx512bf16" }, { 7, 7, "cmpccxadd" },
	{ 7, 21, "amx-fp16" }, { 7, 23, "avx-ifma" }, { 8, 4, "avx-vnni-int8" },
	{ 8, 5, "avx-ne-convert" }, { 8, 8, "amx-complex" }, { 8, 10, "avx-vnni-int16" },
	{ 8, 19, "avx10" }, { 8, 21, "apx" },
	/* The loader saves registers by these, as it found at the program's start. */
	{ 9, 0, "xsaveopt" }, { 9, 1, "xsavec" },
};

static uint32_t ask_word(uint32_t leaf, uint32_t subleaf, int reg)
{
	uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;

	if (!__get_cpuid_count(leaf, subleaf, &eax, &ebx, &ecx, &edx))
		return 0;
	return reg == EAX ? eax : reg == EBX ? ebx : reg == ECX ? ecx : edx;
}

static uint64_t ask_xcr0(void)
{
	uint32_t low, high;

	/* OSXSAVE: without it xgetbv is an invalid instruction. */
	if (!(ask_word(1, 0, ECX) & 1U << 27))
		return 3;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low | (uint64_t)high << 32;
}

void machine_ask(struct machine *machine)
{
	memset(machine, 0, sizeof(*machine));
	for (int i = 0; i < MACHINE_WORDS; i++)
		machine->features[i] = ask_word(words[i].leaf, words[i].subleaf, words[i].reg);
	machine->xcr0 = ask_xcr0();
	machine->xsave_size = ask_word(0xd, 0, EBX);
	for (uint32_t i = 2; i < MACHINE_XSTATES; i++)
		if (machine->xcr0 >> i & 1)
			machine->xsave_offset[i] = ask_word(0xd, i, EBX);
}

int make_ghost_machine(ghost_t *ghost, struct machine *machine)
{
	for (int i = 0; i < MACHINE_FIRST_WORDS; i++)
		ghost_u32(ghost, &machine->features[i]);
	ghost_u64(ghost, &machine->xcr0);
	ghost_u32(ghost, &machine->xsave_size);
	for (int i = 0; i < MACHINE_XSTATES; i++)
		ghost_u32(ghost, &machine->xsave_offset[i]);
	return ghost->error;
}

int make_ghost_machine_more(ghost_t *ghost, struct machine *machine)
{
	for (int i = MACHINE_FIRST_WORDS; i < MACHINE_WORDS; i++)
		ghost_u32(ghost, &machine->features[i]);
	return ghost->error;
}

int machine_missing(const struct machine *ghost, const struct machine *here, struct text *names)
{
	int missing = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		uint32_t bit = 1U << needed[i].bit;

		if (!(ghost->features[needed[i].word] & bit) ||
		    (here->features[needed[i].word] & bit))
			continue;
		if (missing++)
			text_add(names, " ");
		text_add(names, needed[i].name);
	}
	return missing;
}

int machine_same_frames(const struct machine *one, const struct machine *other)
{
	return one->xcr0 == other->xcr0 && one->xsave_size == other->xsave_size &&
	       !memcmp(one->xsave_offset, other->xsave_offset, sizeof(one->xsave_offset));
}
