/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extended registers in a signal frame: what is in them, and from one CPU's layout to another's. */
#include "xstate.h"

#include <errno.h>
#include <string.h>

#define LARGEST (64U << 10)	/* no CPU's is a quarter of that */
#define MXCSR 24		/* offsets in the first 512 bytes */
#define SOFTWARE 464
#define HEADER 512		/* XSTATE_BV, XCOMP_BV */
#define COMPACTED (1ULL << 63)
#define MAGIC_1 0x46505853U
#define MAGIC_2 0x46505845U
#define PKRU 9
#define PKRU_START 0x55555554U	/* what Linux gives a new program: only key 0 may be used */

/* What the kernel writes into the bytes that XSAVE leaves to software
 * (arch/x86/include/uapi/asm/sigcontext.h, struct _fpx_sw_bytes). */
struct software {
	uint32_t magic;
	uint32_t extended_size;	/* with the second magic behind the area */
	uint64_t components;
	uint32_t size;
	uint32_t padding[7];
};

/* Those of user mode.  Sizes are the same everywhere; only the places are not. */
static const struct {
	uint32_t size;
	const char *name;
} components[MACHINE_XSTATES] = {
	[0] = { 0, "x87" },	    [1] = { 0, "SSE" },
	[2] = { 256, "AVX" },	    [3] = { 64, "MPX bounds" },
	[4] = { 64, "MPX control" }, [5] = { 64, "AVX-512 masks" },
	[6] = { 512, "AVX-512 upper halves" }, [7] = { 1024, "AVX-512 registers 16 to 31" },
	[PKRU] = { 8, "PKRU" },	    [17] = { 64, "AMX tile configuration" },
	[18] = { 8192, "AMX tiles" }, [19] = { 128, "APX registers" },
};

static uint64_t word_at(const unsigned char *area, size_t offset)
{
	uint64_t word;

	memcpy(&word, area + offset, sizeof(word));
	return word;
}

/* What the kernel would look at: without both magics it takes the first 512
 * bytes and nothing else. */
static int is_extended(const unsigned char *area, struct software *software)
{
	uint32_t magic;

	memcpy(software, area + SOFTWARE, sizeof(*software));
	if (software->magic != MAGIC_1 || software->size < XSTATE_LEAST ||
	    software->size > LARGEST || software->size % 4)
		return 0;
	memcpy(&magic, area + software->size, sizeof(magic));
	return magic == MAGIC_2;
}

uint64_t xstate_in_use(const void *area)
{
	struct software software;

	if (!is_extended(area, &software))
		return XSTATE_LEGACY;
	return XSTATE_LEGACY | (word_at(area, HEADER) & software.components);
}

static int has(const struct machine *machine, unsigned int component)
{
	return component < MACHINE_XSTATES && machine->xcr0 >> component & 1;
}

/* Protection keys are not carried, so the rights to them need not be. */
static uint64_t must_be_kept(uint64_t in_use)
{
	return in_use & ~(uint64_t)XSTATE_LEGACY & ~(1ULL << PKRU);
}

int xstate_missing(uint64_t in_use, const struct machine *here, struct text *names)
{
	uint64_t wanted = must_be_kept(in_use);
	int missing = 0;

	for (; wanted; wanted &= wanted - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(wanted);

		if (has(here, i) && components[i].size)
			continue;
		if (missing++)
			text_add(names, ", ");
		if (i < MACHINE_XSTATES && components[i].name) {
			text_add(names, components[i].name);
		} else {
			text_add(names, "component ");
			text_add_decimal(names, i);
		}
	}
	return missing;
}

static size_t end_of(const struct machine *machine, uint64_t set)
{
	size_t end = XSTATE_LEAST;

	for (unsigned int i = 2; i < MACHINE_XSTATES; i++) {
		size_t own = (size_t)machine->xsave_offset[i] + components[i].size;

		if (set >> i & 1 && has(machine, i) && own > end)
			end = own;
	}
	return end;
}

size_t xstate_room(const struct machine *here)
{
	return end_of(here, here->xcr0) + sizeof(uint32_t);
}

/* One component from its place in one layout to its place in the other. */
static int copy(unsigned int i, const struct machine *from, const unsigned char *area, size_t size,
		const struct machine *to, unsigned char *out)
{
	size_t there = from->xsave_offset[i], here = to->xsave_offset[i];

	if (!has(from, i) || there < XSTATE_LEAST || here < XSTATE_LEAST || there > size ||
	    size - there < components[i].size)
		return -EBADMSG;
	memcpy(out + here, area + there, components[i].size);
	return 0;
}

/* Only what has a value is announced: the kernel gives all else its initial
 * state, and takes areas that are shorter than its own. */
static void announce(unsigned char *out, size_t size, uint64_t set, uint64_t in_header)
{
	struct software software = {
		.magic = MAGIC_1,
		.extended_size = (uint32_t)(size + sizeof(uint32_t)),
		.components = set,
		.size = (uint32_t)size,
	};
	uint32_t magic = MAGIC_2;

	memcpy(out + SOFTWARE, &software, sizeof(software));
	memcpy(out + HEADER, &in_header, sizeof(in_header));
	memcpy(out + size, &magic, sizeof(magic));
}

static void start_pkru(const struct machine *to, unsigned char *out, uint64_t *set)
{
	uint32_t rights = PKRU_START;

	if (!has(to, PKRU) || *set >> PKRU & 1)
		return;
	memcpy(out + to->xsave_offset[PKRU], &rights, sizeof(rights));
	*set |= 1ULL << PKRU;
}

long xstate_translate(const struct machine *from, const void *area, const struct machine *to,
		      uint32_t mxcsr, void *out, size_t room)
{
	uint64_t in_use = xstate_in_use(area), set = XSTATE_LEGACY, header = XSTATE_LEGACY;
	struct software software;
	uint32_t control;
	size_t size;

	if (is_extended(area, &software)) {
		if (word_at(area, HEADER + 8) & COMPACTED)
			return -EOPNOTSUPP;
		header = word_at(area, HEADER) & XSTATE_LEGACY;
	}
	size = end_of(to, in_use | 1ULL << PKRU);
	if (room < size + sizeof(uint32_t))
		return -ENOSPC;
	memset(out, 0, size);
	memcpy(out, area, HEADER);
	for (unsigned int i = 2; i < 64; i++) {
		if (!(in_use >> i & 1) || (!has(to, i) && !(must_be_kept(in_use) >> i & 1)))
			continue;
		if (!has(to, i) || !components[i].size)
			return -ENODEV;
		if (copy(i, from, area, software.size, to, out))
			return -EBADMSG;
		set |= 1ULL << i;
	}
	start_pkru(to, out, &set);
	/* A bit that this CPU does not know would be a fault in the kernel's XRSTOR. */
	memcpy(&control, (char *)out + MXCSR, sizeof(control));
	control &= mxcsr;
	memcpy((char *)out + MXCSR, &control, sizeof(control));
	announce(out, size, set, header | (set & ~(uint64_t)XSTATE_LEGACY));
	return (long)(size + sizeof(uint32_t));
}

uint32_t xstate_mxcsr_bits(void)
{
	unsigned char area[HEADER] __attribute__((aligned(16)));
	uint32_t bits;

	memset(area, 0, sizeof(area));
	__asm__ volatile("fxsave %0" : "=m"(area));
	memcpy(&bits, area + MXCSR + 4, sizeof(bits));
	return bits ? bits : 0xffbf;	/* of a CPU that does not tell: Intel SDM 1, 11.6.6 */
}
