/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vector registers, as wide as the processor has them: SSE, AVX or AVX-512 with its masks. */
#include <stdatomic.h>

#include "check.h"

#define WIDEST 64
#define VECTORS 32
#define MASKS 8

struct state {
	unsigned char vector[VECTORS][WIDEST];
	uint64_t mask[MASKS];
} __attribute__((aligned(64)));

static atomic_int stop;
static int width, vectors;	/* bytes and number */

#define EACH_8(one)	one(0) one(1) one(2) one(3) one(4) one(5) one(6) one(7)
#define EACH_16(one)	EACH_8(one) one(8) one(9) one(10) one(11) one(12) one(13) one(14) one(15)
#define EACH_32(one)	EACH_16(one) one(16) one(17) one(18) one(19) one(20) one(21) one(22)      \
			one(23) one(24) one(25) one(26) one(27) one(28) one(29) one(30) one(31)

#define LOAD_X(n)	"movdqu " #n "*64(%0), %%xmm" #n "\n"
#define STORE_X(n)	"movdqu %%xmm" #n ", " #n "*64(%0)\n"
#define LOAD_Y(n)	"vmovdqu " #n "*64(%0), %%ymm" #n "\n"
#define STORE_Y(n)	"vmovdqu %%ymm" #n ", " #n "*64(%0)\n"
#define LOAD_Z(n)	"vmovdqu64 " #n "*64(%0), %%zmm" #n "\n"
#define STORE_Z(n)	"vmovdqu64 %%zmm" #n ", " #n "*64(%0)\n"
#define LOAD_K(n)	"kmovq 2048+" #n "*8(%0), %%k" #n "\n"
#define STORE_K(n)	"kmovq %%k" #n ", 2048+" #n "*8(%0)\n"

#define SPIN	"1:	cmpl $0, (%1)\n jne 2f\n pause\n decq %2\n jnz 1b\n 2:\n"

/* The compiler is not told of the registers above 15, which it does not use here. */
#define HOLD(load, store)                                                                         \
	__asm__ volatile(load SPIN store                                                           \
			 : : "r"(state), "r"(&stop), "r"(turns)                                    \
			 : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", \
			   "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",    \
			   "xmm15")

static __attribute__((noinline)) void hold(struct state *state, long turns)
{
	if (width == 64)
		HOLD(EACH_32(LOAD_Z) EACH_8(LOAD_K), EACH_32(STORE_Z) EACH_8(STORE_K)
		     "vzeroupper\n");
	else if (width == 32)
		HOLD(EACH_16(LOAD_Y), EACH_16(STORE_Y) "vzeroupper\n");
	else
		HOLD(EACH_16(LOAD_X), EACH_16(STORE_X));
}

static void *live(void *argument)
{
	uint64_t dice = (uint64_t)(uintptr_t)argument;
	struct state before, after;

	memset(&before, 0, sizeof(before));
	while (!stop) {
		for (int vector = 0; vector < vectors; vector++)
			for (int byte = 0; byte < width; byte++)
				before.vector[vector][byte] = (unsigned char)check_random(&dice);
		for (int mask = 0; mask < MASKS; mask++)
			before.mask[mask] = check_random(&dice);
		after = before;
		hold(&after, 100000);
		for (int vector = 0; vector < vectors; vector++)
			for (int byte = 0; byte < width; byte++)
				CHECK_IS(after.vector[vector][byte], before.vector[vector][byte]);
		for (int mask = 0; mask < MASKS; mask++)
			CHECK_IS(after.mask[mask], before.mask[mask]);
	}
	return NULL;
}

int main(void)
{
	pthread_t one, other;

	__builtin_cpu_init();
	width = __builtin_cpu_supports("avx512bw") ? 64 : __builtin_cpu_supports("avx") ? 32 : 16;
	vectors = width == 64 ? 32 : 16;
	one = check_thread(live, (void *)11);
	other = check_thread(live, (void *)22);
	check_ready();
	check_wait();
	check_pause(20000);
	stop = 1;
	CHECK_ZERO(pthread_join(one, NULL));
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
