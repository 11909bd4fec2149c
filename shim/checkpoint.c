/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A checkpoint from the stop of all threads to their release. */
#include "checkpoint.h"

#include <errno.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../ghost/task.h"
#include "anchor.h"
#include "pending.h"
#include "quiesce.h"
#include "replay.h"
#include "report.h"
#include "scratch.h"
#include "stack.h"
#include "thread.h"

#define PLAIN_REQUEST (~0U)	/* in anchor.asked_again: by a signal without a mailbox */

void checkpoint_request(uint32_t mailbox)
{
	anchor.asked_again = mailbox ? mailbox : PLAIN_REQUEST;
}

void checkpoint_request_later(uint32_t mailbox)
{
	__atomic_store_n(&anchor.asked_again, mailbox ? mailbox : PLAIN_REQUEST, __ATOMIC_RELEASE);
}

/* The kernel tells without /proc: ECHILD where there are none at all. */
static int has_children(void)
{
	siginfo_t info;
	long error = sys_call6(SYS_waitid, P_ALL, 0, sys_arg(&info),
			       WEXITED | WNOHANG | WNOWAIT | __WALL, 0, 0);

	return error != -ECHILD;
}

static int is_main(struct slot *slot, void *argument)
{
	(void)argument;
	return slot->tid == (uint32_t)anchor.pid;
}

/* A main thread that called pthread_exit() cannot come to a stop, but its place
 * in the ghost is kept: the others live on under its id. */
static struct slot *slot_for_ended_main(void)
{
	struct slot *slot;

	if (slot_each(is_main, NULL))
		return NULL;
	slot = slot_take((uint32_t)anchor.pid);
	if (slot) {
		slot->ended = 1;
		strcpy(slot->name, anchor.settings.name);
	}
	return slot;
}

/* {soft, hard}, as the kernel has them. */
static void set_descriptor_limit(const uint64_t limit[2])
{
	sys_call4(SYS_prlimit64, 0, RLIMIT_NOFILE, limit, 0);
}

/* The program may have opened all that it may, and the files of /proc want a
 * number each.  The scribe inherits the limit. */
static void allow_descriptors(uint64_t hard)
{
	set_descriptor_limit((uint64_t[2]){ hard, hard });
}

/* What only the process itself can be asked. */
static void capture_self(struct scribe *scribe, struct slot *slot)
{
	struct regions *regions = &scribe->scratch->regions;
	struct text text;

	text_open(&text, scribe->problem_line, sizeof(scribe->problem_line));
	if (has_children() &&
	    refuse_process(&scribe->refusals, "a process with children",
			   "let them end first, or checkpoint them one by one")) {
		scribe->problem = -ECANCELED;
		text_add(&text, scribe->refusals.first);
		return;
	}
	/* First: taking a timer's signal out starts that timer again. */
	scribe->problem = pending_capture(slot);
	if (scribe->problem) {
		text_add(&text, "the signals that wait cannot be captured: ");
		text_add_error(&text, scribe->problem);
		return;
	}
	process_capture(&anchor.process);
	allow_descriptors(anchor.process.limits[RLIMIT_NOFILE][1]);
	scribe->problem = timers_capture(&anchor.timers, regions->text, sizeof(regions->text));
	if (scribe->problem) {
		text_add(&text, "the timers of the process cannot be read: ");
		text_add_error(&text, scribe->problem);
	}
}

/* Where there is no scribe to do it. */
static void answer_failure(uint32_t mailbox, const char *why)
{
	char line[128];
	struct text text;
	struct post post;

	text_open(&text, line, sizeof(line));
	text_add(&text, "no checkpoint: ");
	text_add(&text, why);
	report_line(line);
	post_open(&post, mailbox);
	post_failed(&post, why);
	if (post.file >= 0)
		sys_close(post.file);
}

static void run_scribe(struct scribe *scribe)
{
	void *stack = scribe->scratch->scribe_stack + SCRATCH_STACK;
	long task = task_clone(CLONE_VM, stack, scribe_run, scribe);

	if (task >= 0) {
		if (task_wait((int)task))
			answer_failure(scribe->mailbox, "its helper task was killed");
		return;
	}
	/* RLIMIT_NPROC, or a cgroup's limit on tasks. */
	scribe->alone = 1;
	stack_call(stack, scribe_run, scribe);
}

/* A process that is not dumpable may not read its own /proc files.  Only while
 * all is stopped: nobody in it can see the difference. */
static void run_scribe_readable(struct scribe *scribe)
{
	anchor.process.dumpable = (uint32_t)sys_call1(SYS_prctl, PR_GET_DUMPABLE);
	if (scribe->problem || anchor.process.dumpable == 1) {
		run_scribe(scribe);
		return;
	}
	sys_call2(SYS_prctl, PR_SET_DUMPABLE, 1);
	run_scribe(scribe);
	sys_call2(SYS_prctl, PR_SET_DUMPABLE, anchor.process.dumpable);
}

static void stop_problem(struct scribe *scribe, const struct quiesce *quiesce)
{
	struct text text;

	text_open(&text, scribe->problem_line, sizeof(scribe->problem_line));
	if (scribe->problem == -ETIMEDOUT) {
		text_add(&text, "thread ");
		text_add_decimal(&text, quiesce->stuck);
		text_add(&text, " does not stop (state ");
		text_add_bytes(&text, &quiesce->stuck_state, 1);
		text_add(&text, ", system call ");
		text_add_decimal(&text, quiesce->stuck_call);
		text_add(&text, "); KRG_TIMEOUT sets how long it may take");
	} else {
		text_add(&text, "the threads cannot be stopped: ");
		text_add_error(&text, scribe->problem);
	}
}

static void make_checkpoint(struct slot *slot, struct scratch *scratch, uint32_t mailbox)
{
	struct scribe *scribe = &scratch->scribe;
	struct slot *main_slot = NULL;
	uint64_t limit[2] = { 0, 0 };

	sys_call4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, limit);
	scribe->scratch = scratch;
	scribe->mailbox = mailbox == PLAIN_REQUEST ? 0 : mailbox;
	scribe->refusals.force = anchor.settings.force;
	scribe->began = scribe_now();
	scribe->problem = quiesce_stop(&scratch->quiesce, scratch->stops,
				       scratch->stop_stack + SCRATCH_STACK);
	scribe->stopped = scribe_now();
	if (scribe->problem) {
		stop_problem(scribe, &scratch->quiesce);
	} else {
		thread_capture(slot);
		main_slot = slot_for_ended_main();
		capture_self(scribe, slot);
	}
	if (!scribe->problem)
		anchor.number++;
	scribe->captured = scribe_now();
	run_scribe_readable(scribe);
	set_descriptor_limit(limit);
	if (scribe->kill)
		sys_call2(SYS_kill, anchor.pid, SIGKILL);
	if (main_slot)
		main_slot->used = 0;
	quiesce_release();
}

void checkpoint_impossible(void)
{
	__atomic_exchange_n(&anchor.asked_again, 0, __ATOMIC_ACQUIRE);
	__atomic_store_n(&anchor.leader, 0, __ATOMIC_RELEASE);
	report_line("no checkpoint: there is no memory to stop in");
}

static void work_and_checkpoint(struct slot *slot, uint32_t mailbox)
{
	struct scratch *scratch = scratch_open();

	if (!scratch) {
		answer_failure(mailbox == PLAIN_REQUEST ? 0 : mailbox,
			       "there is no memory to work in");
		return;
	}
	anchor.scratch_size = scratch->size;
	anchor.scratch = (uint64_t)(uintptr_t)scratch;
	make_checkpoint(slot, scratch, mailbox);
	anchor.scratch = 0;
	pages_close(&scratch->pages);
	scratch_close(scratch);
}

void checkpoint_lead(struct slot *slot)
{
	uint32_t nobody, mailbox;

	replay_prepare(slot->frame, NULL);
	do {
		while ((mailbox = __atomic_exchange_n(&anchor.asked_again, 0, __ATOMIC_ACQUIRE)))
			work_and_checkpoint(slot, mailbox);
		__atomic_store_n(&anchor.leader, 0, __ATOMIC_RELEASE);
		/* Asked for between the last look and the giving up of the lead. */
		nobody = 0;
	} while (__atomic_load_n(&anchor.asked_again, __ATOMIC_ACQUIRE) &&
		 __atomic_compare_exchange_n(&anchor.leader, &nobody, slot->tid, 0,
					     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	thread_go_on(slot);
}
