/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The x87 stack and control word, MXCSR and what they make of a sum, per thread. */
#include <fenv.h>
#include <stdatomic.h>

#include "check.h"

static atomic_int stop;

struct control {
	uint16_t x87;
	uint32_t mxcsr;
};

static void read_control(struct control *control)
{
	__asm__ volatile("fnstcw %0\n stmxcsr %1" : "=m"(control->x87), "=m"(control->mxcsr));
}

/* How many bits the x87 keeps of a result: single, double, extended. */
static void set_precision(int number)
{
	static const uint16_t precisions[] = { 0x300, 0x200, 0x000, 0x300 };
	uint16_t control;

	__asm__ volatile("fnstcw %0" : "=m"(control));
	control = (uint16_t)((control & ~0x300) | precisions[number % 4]);
	__asm__ volatile("fldcw %0" : : "m"(control));
}

/* Five numbers wait on the x87 stack, whose exceptions are pending, while time goes by. */
static __attribute__((noinline)) void hold_x87(long double numbers[5], long turns)
{
	__asm__ volatile("fldt (%0)\n fldt 16(%0)\n fldt 32(%0)\n fldt 48(%0)\n fldt 64(%0)\n"
			 "1: cmpl $0, (%1)\n jne 2f\n pause\n decq %2\n jnz 1b\n2:\n"
			 "fstpt 64(%0)\n fstpt 48(%0)\n fstpt 32(%0)\n fstpt 16(%0)\n fstpt (%0)\n"
			 :
			 : "r"(numbers), "r"(&stop), "r"(turns)
			 : "memory", "cc", "st", "st(1)", "st(2)", "st(3)", "st(4)");
}

static void *live(void *argument)
{
	static const int roundings[] = { FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST };
	int rounding = roundings[(intptr_t)argument % 4];
	struct control before, after;
	volatile float tiny = 1e-30f;

	CHECK_IS(fesetround(rounding), 0);
	set_precision((int)(intptr_t)argument);
	if ((intptr_t)argument % 2) { /* denormals are zeros */
		uint32_t mxcsr;

		__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
		mxcsr |= 0x8040;
		__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	}
	feraiseexcept(FE_DIVBYZERO);
	read_control(&before);
	while (!stop) {
		long double numbers[5] = { 1.0L / 3, -2.0L / 7, 1e4000L, 5.0L, 1e-4000L }, copy[5];

		memcpy(copy, numbers, sizeof(numbers));
		hold_x87(numbers, 50000);
		for (int i = 0; i < 5; i++)
			CHECK(!memcmp(&numbers[i], &copy[i], 10), "x87 register %d changed", i);
		CHECK_IS(fegetround(), rounding);
		CHECK((volatile float)(tiny * 1e-10f) == 0.0f || !((intptr_t)argument % 2),
		      "denormals are no longer flushed");
		CHECK(fetestexcept(FE_DIVBYZERO), "the exception is forgotten");
		read_control(&after);
		CHECK_IS(after.x87, before.x87);
		CHECK_IS(after.mxcsr & 0xffc0, before.mxcsr & 0xffc0);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[4];

	for (intptr_t i = 0; i < 4; i++)
		threads[i] = check_thread(live, (void *)i);
	check_ready();
	check_wait();
	check_pause(20000);
	stop = 1;
	for (int i = 0; i < 4; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	return check_passed();
}
