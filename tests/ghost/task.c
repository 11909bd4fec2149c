/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks: they share memory and descriptors, run side by side, and leave nothing behind. */
#include "ghost/task.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "ghost/sys.h"

#define STACK   (64U << 10)
#define SHARING (CLONE_VM | CLONE_FS | CLONE_FILES)

static char *stacks_new(int count)
{
	char *stacks = mmap(NULL, (size_t)count * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq((void *)stacks, MAP_FAILED);
	return stacks;
}

static int note_number(void *argument)
{
	*(volatile int *)argument = sys_getpid();
	return 42;
}

Test(task, shares_memory_and_returns_its_status)
{
	char *stack = stacks_new(1);
	volatile int pid = 0;
	long task = task_clone(SHARING, stack + STACK, note_number, (void *)&pid);
	int status;

	cr_assert_gt(task, 0);
	status = task_wait((int)task);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), 42);
	cr_expect_eq(pid, task, "it is a process of its own to the kernel");
	cr_expect_eq(task_wait((int)task), -ECHILD, "once reaped it is gone");
}

static int stack_is_aligned(void *argument)
{
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0);

	(void)argument;
	return frame % 16 == 0;
}

/* The ABI wants it, and SSE code in the task dies where it is not so. */
Test(task, begins_on_an_aligned_stack)
{
	char *stack = stacks_new(1);

	for (size_t off = 0; off < 16; off += 5) {
		long task = task_clone(SHARING, stack + STACK - off, stack_is_aligned, NULL);

		cr_expect_eq(WEXITSTATUS(task_wait((int)task)), 1, "%zu", off);
	}
}

static int die(void *argument)
{
	(void)argument;
	sys_call2(SYS_kill, sys_getpid(), SIGKILL);
	return 0;
}

Test(task, that_is_killed_says_by_what)
{
	char *stack = stacks_new(1);
	int status = task_wait((int)task_clone(SHARING, stack + STACK, die, NULL));

	cr_expect(WIFSIGNALED(status));
	cr_expect_eq(WTERMSIG(status), SIGKILL);
}

static int open_null(void *argument)
{
	(void)argument;
	return sys_open("/dev/null", O_RDONLY | O_CLOEXEC, 0);
}

Test(task, shares_descriptors_only_where_asked)
{
	char *stack = stacks_new(1);
	int shared =
		WEXITSTATUS(task_wait((int)task_clone(SHARING, stack + STACK, open_null, NULL)));
	int copied =
		WEXITSTATUS(task_wait((int)task_clone(CLONE_VM, stack + STACK, open_null, NULL)));

	cr_expect_geq(sys_fcntl(shared, F_GETFD, 0), 0);
	cr_expect_eq(sys_fcntl(copied, F_GETFD, 0), -EBADF);
}

Test(task, impossible_flags_are_an_error)
{
	char *stack = stacks_new(1);

	cr_expect_eq(task_clone(CLONE_SIGHAND, stack + STACK, note_number, NULL), -EINVAL);
	cr_expect_eq(task_wait(0x7ffffff0), -ECHILD);
}

struct job {
	int next;
	int done[1000];
	int pids[64];
};

/* As a real crew does: each takes the next piece until none is left. */
static void take_pieces(void *argument, int index)
{
	struct job *job = argument;
	int piece;

	job->pids[index] = sys_getpid();
	while ((piece = __atomic_fetch_add(&job->next, 1, __ATOMIC_RELAXED)) < 1000)
		__atomic_fetch_add(&job->done[piece], 1, __ATOMIC_RELAXED);
}

static void check_crew(int count, int members)
{
	static struct job job;
	char *stacks = stacks_new(64);

	memset(&job, 0, sizeof(job));
	cr_assert_eq(crew_run(count, take_pieces, &job, stacks, STACK), 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(job.done[i], 1, "piece %d was done %d times", i, job.done[i]);
	cr_expect_eq(job.pids[0], sys_getpid(), "the caller is one of them");
	for (int i = 0; i < 64; i++)
		cr_expect_eq(job.pids[i] != 0, i < members, "member %d of %d", i, members);
	munmap(stacks, 64 * STACK);
}

Test(crew, does_every_piece_once)
{
	check_crew(1, 1);
	check_crew(2, 2);
	check_crew(8, 8);
}

Test(crew, of_too_many_is_smaller)
{
	check_crew(1000, 64);
}

Test(crew, leaves_no_task_behind)
{
	check_crew(4, 4);
	cr_expect_eq(sys_call4(SYS_wait4, -1, NULL, WNOHANG | __WALL, NULL), -ECHILD);
}

static void leave_early(void *argument, int index)
{
	(void)argument;
	if (index == 2)
		sys_exit(3);
}

static void be_killed(void *argument, int index)
{
	(void)argument;
	if (index == 1)
		sys_call2(SYS_kill, sys_getpid(), SIGKILL);
}

Test(crew, tells_when_one_did_not_return)
{
	char *stacks = stacks_new(4);

	cr_expect_eq(crew_run(4, leave_early, NULL, stacks, STACK), -ECHILD);
	cr_expect_eq(crew_run(4, be_killed, NULL, stacks, STACK), -ECHILD);
}

Test(crew, has_at_most_one_for_each_cpu)
{
	int size = crew_size();

	cr_expect(size >= 1 && size <= 64);
}
