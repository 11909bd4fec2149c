/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The smallest alternate stack there can be: the kernel's frame and hardly more. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "check.h"

#define PAGE 4096

static sigjmp_buf back;
static volatile int faults;

static void on_fault(int signal)
{
	(void)signal;
	faults++;
	siglongjmp(back, 1);
}

/* The stack ends at a page that nobody may touch. */
static char *make_stack(size_t size)
{
	size_t room = (size + PAGE - 1) / PAGE * PAGE;
	char *memory =
		mmap(NULL, room + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	CHECK_CALL(mprotect(memory, PAGE, PROT_NONE));
	return memory + PAGE;
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_ONSTACK };
	/* Some room for a handler, as POSIX wants it: SIGSTKSZ is more than MINSIGSTKSZ. */
	size_t size = (size_t)sysconf(_SC_MINSIGSTKSZ) + 1024;
	stack_t stack = { .ss_size = size };
	char *lowest = make_stack(size);

	stack.ss_sp = lowest;
	CHECK_CALL(sigaltstack(&stack, NULL));
	CHECK_CALL(sigaction(SIGSEGV, &action, NULL));
	check_ready();
	/* There is no room for two frames, so nothing runs there now. */
	check_wait();
	if (!sigsetjmp(back, 1))
		*(volatile char *)(lowest - PAGE) = 1;
	CHECK_IS(faults, 1);
	CHECK_CALL(sigaltstack(NULL, &stack));
	CHECK_IS(stack.ss_size, size);
	CHECK(stack.ss_sp == lowest, "the alternate stack is elsewhere");
	return check_passed();
}
