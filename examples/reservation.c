/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address space without memory: a terabyte of PROT_NONE, with islands; a page hidden by mprotect. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "check.h"

#define PAGE     4096
#define RESERVED (1UL << 40)
#define ISLAND   (RESERVED / 2)

static sigjmp_buf back;

static void on_fault(int signal)
{
	siglongjmp(back, signal);
}

static void expect_fault(const volatile char *address, const char *what)
{
	int signal = sigsetjmp(back, 1);

	if (signal) {
		CHECK_IS(signal, SIGSEGV);
		return;
	}
	CHECK(0, "%s can be read: %d", what, *address);
}

static char *reserve(size_t size)
{
	char *memory =
		mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		check_skip("no terabyte of address space: %s", strerror(errno));
	return memory;
}

int main(void)
{
	char *reserved = reserve(RESERVED);
	char *hidden = reserve(3 * PAGE);

	signal(SIGSEGV, on_fault);
	CHECK_CALL(mprotect(reserved + ISLAND, 64 * PAGE, PROT_READ | PROT_WRITE));
	memset(reserved + ISLAND + PAGE, 'i', 2 * PAGE);
	CHECK_CALL(mprotect(hidden + PAGE, PAGE, PROT_READ | PROT_WRITE));
	strcpy(hidden + PAGE, "hidden");
	CHECK_CALL(mprotect(hidden + PAGE, PAGE, PROT_NONE));
	check_ready();
	check_wait();
	expect_fault(reserved, "the reservation");
	expect_fault(reserved + RESERVED - 1, "its end");
	expect_fault(reserved + ISLAND - 1, "what is before the island");
	expect_fault(reserved + ISLAND + 64 * PAGE, "what is behind it");
	expect_fault(hidden + PAGE, "the hidden page");
	CHECK_IS(reserved[ISLAND + PAGE], 'i');
	CHECK_IS(reserved[ISLAND + 3 * PAGE - 1], 'i');
	CHECK_IS(reserved[ISLAND + 3 * PAGE], 0);
	CHECK_CALL(mprotect(hidden + PAGE, PAGE, PROT_READ));
	CHECK(!strcmp(hidden + PAGE, "hidden"), "the hidden page says %.20s", hidden + PAGE);
	/* The reservation is still ours to use. */
	CHECK_CALL(mprotect(reserved, PAGE, PROT_READ | PROT_WRITE));
	CHECK_IS(reserved[0], 0);
	reserved[0] = 1;
	return check_passed();
}
