/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks that libc does not know of: made by clone(), reaped by wait4(). */
#include "task.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "sys.h"

#define CREW_MAX 64

struct member {
	int parent;
	void (*work)(void *argument, int index);
	void *argument;
	int index;
	int task;
};

long task_raw_clone(unsigned long flags, void *stack_top, int (*work)(void *), void *argument);

long task_clone(unsigned long flags, void *stack_top, int (*work)(void *), void *argument)
{
	long failure = sys_injected(SYS_clone, flags, 0);

	return failure ? failure : task_raw_clone(flags, stack_top, work, argument);
}

void task_follow(int parent)
{
	sys_call2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if (sys_getppid() != parent)
		sys_exit(0);
}

int task_wait(int task)
{
	int status = 0;
	long reaped;

	do
		reaped = sys_call4(SYS_wait4, task, &status, __WALL, 0);
	while (reaped == -EINTR);
	return reaped < 0 ? (int)reaped : status;
}

static int member_run(void *argument)
{
	struct member *member = argument;

	task_follow(member->parent);
	member->work(member->argument, member->index);
	return 0;
}

int crew_run(int count, void (*work)(void *argument, int index), void *argument, void *stacks,
	     size_t stack_size)
{
	struct member members[CREW_MAX];
	int made = 1, error = 0;

	if (count > CREW_MAX)
		count = CREW_MAX;
	for (; made < count; made++) {
		struct member *member = &members[made];
		char *top = (char *)stacks + (size_t)made * stack_size;

		*member = (struct member){ sys_getpid(), work, argument, made, 0 };
		member->task = (int)task_clone(CLONE_VM | CLONE_FS | CLONE_FILES, top, member_run,
					       member);
		if (member->task < 0)
			break;
	}
	work(argument, 0);
	while (--made > 0)
		if (task_wait(members[made].task) != 0)
			error = -ECHILD;
	return error;
}

int crew_size(void)
{
	unsigned char set[1024];
	long size = sys_call3(SYS_sched_getaffinity, 0, sizeof(set), set);
	int cpus = 0;

	for (long i = 0; i < size; i++)
		cpus += __builtin_popcount(set[i]);
	return cpus < 1 ? 1 : cpus > CREW_MAX ? CREW_MAX : cpus;
}
