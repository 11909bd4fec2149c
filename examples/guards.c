/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guard pages inside a region (madvise, MADV_GUARD_INSTALL). */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "check.h"

#define PAGE          4096
#define PAGES         64
#define GUARD_INSTALL 102 /* Linux 6.13 */
#define GUARD_REMOVE  103

static sigjmp_buf back;

static void on_fault(int signal)
{
	siglongjmp(back, signal);
}

static int faults(volatile char *address)
{
	if (sigsetjmp(back, 1))
		return 1;
	(void)*address;
	return 0;
}

/* A lone guard, a run of them, and the last page. */
static int is_guard(int page)
{
	return page == 5 || (page >= 20 && page < 24) || page == PAGES - 1;
}

static void verify(char *memory)
{
	for (int page = 0; page < PAGES; page++) {
		CHECK(faults(memory + page * PAGE) == is_guard(page), "page %d %s", page,
		      is_guard(page) ? "is not guarded" : "is guarded");
		if (!is_guard(page))
			CHECK_IS(memory[page * PAGE + 9], page % 3 ? page : 0);
	}
}

int main(void)
{
	char *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	signal(SIGSEGV, on_fault);
	for (int page = 0; page < PAGES; page++)
		if (page % 3)
			memory[page * PAGE + 9] = (char)page;
	for (int page = 0; page < PAGES; page++)
		if (is_guard(page) && madvise(memory + page * PAGE, PAGE, GUARD_INSTALL))
			check_skip("this kernel has no guard pages: %s", strerror(errno));
	check_ready();
	while (!check_told()) {
		verify(memory);
		check_pause(500);
	}
	verify(memory);
	/* A guard that is taken away leaves zeros. */
	CHECK_CALL(madvise(memory + 5 * PAGE, PAGE, GUARD_REMOVE));
	CHECK_IS(faults(memory + 5 * PAGE), 0);
	CHECK_IS(memory[5 * PAGE + 9], 0);
	return check_passed();
}
