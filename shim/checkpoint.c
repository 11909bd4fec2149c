/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A checkpoint from the stop of all threads to their release. */
#include "checkpoint.h"

#include <errno.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../ghost/inject.h"
#include "../ghost/task.h"
#include "anchor.h"
#include "interval.h"
#include "limit.h"
#include "pending.h"
#include "place.h"
#include "quiesce.h"
#include "replay.h"
#include "report.h"
#include "scratch.h"
#include "stack.h"
#include "thread.h"

/* anchor.asked_again: the number of a mailbox, and whether somebody asked without one. */
#define PLAIN_REQUEST 0x80000000U

void checkpoint_request(uint32_t mailbox)
{
	uint32_t before = __atomic_load_n(&anchor.asked_again, __ATOMIC_RELAXED);
	uint32_t after;

	do
		after = mailbox ? (before & PLAIN_REQUEST) | mailbox : before | PLAIN_REQUEST;
	while (!__atomic_compare_exchange_n(&anchor.asked_again, &before, after, 0,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

/* The kernel tells without /proc: ECHILD where there are none at all.  1, 0 or -errno. */
static int has_children(void)
{
	siginfo_t info;
	long error = sys_call6(SYS_waitid, P_ALL, 0, sys_arg(&info),
			       WEXITED | WNOHANG | WNOWAIT | __WALL, 0, 0);

	return error == -ECHILD ? 0 : error ? (int)error : 1;
}

static int error_of(struct slot *slot, void *argument)
{
	(void)argument;
	return slot->ended ? 0 : slot->error;
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

static void problem(struct scribe *scribe, const char *what, int error)
{
	struct text text;

	scribe->problem = error;
	if (!error)
		return;
	text_open(&text, scribe->problem_line, sizeof(scribe->problem_line));
	text_add(&text, what);
	text_add(&text, ": ");
	text_add_error(&text, error);
}

static void capture_signals(struct scribe *scribe, struct slot *slot)
{
	struct limit limit;
	int error;

	/* The files of /proc that this takes may meet a full table of descriptors. */
	limit_raise(&limit, RLIMIT_NOFILE);
	error = pending_capture(slot);
	limit_lower(&limit);

	if (error == -EAGAIN)
		problem(scribe, "no room for the signals that wait; raise RLIMIT_SIGPENDING",
			error);
	else
		problem(scribe, "the signals that wait cannot be captured", error);
}

static void capture_timers(struct scribe *scribe)
{
	struct regions *regions = &scribe->scratch->regions;
	struct limit limit;

	limit_raise(&limit, RLIMIT_NOFILE);
	problem(scribe, "the timers of the process cannot be read",
		timers_capture(&anchor.timers, interval_timer(), regions->text,
			       sizeof(regions->text)));
	limit_lower(&limit);
}

/* What only the process itself can be asked. */
static void capture_self(struct scribe *scribe, struct slot *slot)
{
	struct text text;
	int children = has_children();

	text_open(&text, scribe->problem_line, sizeof(scribe->problem_line));
	if (children < 0) {
		problem(scribe, "whether there are children cannot be asked", children);
		return;
	}
	if (children &&
	    refuse_process(&scribe->refusals, "a process with children",
			   "let them end first, or checkpoint them one by one")) {
		scribe->problem = -ECANCELED;
		text_add(&text, scribe->refusals.first);
		return;
	}
	if (processor_refuse(&scribe->refusals)) {
		scribe->problem = -ECANCELED;
		text_add(&text, scribe->refusals.first);
		return;
	}
	problem(scribe, "the state of a thread cannot be read", slot_each(error_of, NULL));
	/* First: taking a timer's signal out starts that timer again. */
	if (!scribe->problem)
		capture_signals(scribe, slot);
	if (!scribe->problem)
		problem(scribe, "the state of the process cannot be read",
			process_capture(&anchor.process));
	usage_capture_process();
	if (!scribe->problem)
		capture_timers(scribe);
}

/* Where there is no scribe to do it. */
static void answer_failure(uint32_t mailbox, const char *why)
{
	char line[128];
	struct text text;
	struct post post;
	struct report_hush hush;

	report_hush(&hush);
	text_open(&text, line, sizeof(line));
	text_add(&text, "no checkpoint: ");
	text_add(&text, why);
	report_line(line);
	post_open(&post, mailbox);
	post_failed(&post, why);
	if (post.file >= 0)
		sys_close(post.file);
	report_unhush(&hush);
}

static void run_scribe(struct scribe *scribe)
{
	void *stack = scribe->scratch->scribe_stack + SCRATCH_STACK;
	long task = task_clone(CLONE_VM, stack, scribe_run, scribe);

	if (task >= 0) {
		if (task_wait((int)task)) {
			place_tidy(scribe);
			answer_failure(scribe->mailbox, "its helper task was killed");
		}
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
	if ((scribe->problem && scribe->problem != -ECANCELED) || anchor.process.dumpable == 1) {
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

	scribe->scratch = scratch;
	scribe->mailbox = mailbox;
	scribe->by_interval = !mailbox && interval_has_ended();
	scribe->refusals.force = anchor.settings.force;
	scribe->began = scribe_now();
	scribe->problem = quiesce_stop(&scratch->quiesce, scratch->stops,
				       scratch->stop_stack + SCRATCH_STACK);
	scribe->stopped = scribe_now();
	if (scribe->problem) {
		stop_problem(scribe, &scratch->quiesce);
	} else {
		thread_capture(slot);
		frames_note();
		main_slot = slot_for_ended_main();
		capture_self(scribe, slot);
	}
	scribe->captured = scribe_now();
	run_scribe_readable(scribe);
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
	interval_again();
}

static void work_and_checkpoint(struct slot *slot, uint32_t request)
{
	struct scratch *scratch = scratch_open();
	uint32_t mailbox = request & ~PLAIN_REQUEST;
	int dry;

	if (!scratch) {
		answer_failure(mailbox, "there is no memory to work in");
		interval_again();
		return;
	}
	anchor.scratch_size = scratch->size;
	anchor.scratch = (uint64_t)(uintptr_t)scratch;
	make_checkpoint(slot, scratch, mailbox);
	dry = scratch->scribe.dry;
	anchor.scratch = 0;
	pages_close(&scratch->pages);
	scratch_close(scratch);
	if (!dry)
		interval_again();
	else if (request & PLAIN_REQUEST)
		checkpoint_request(0);	/* that one wanted a ghost */
}

/* A test may have wanted something to fail. */
static void try_and_tell(struct slot *slot, uint32_t mailbox)
{
	char line[2048];
	size_t length;

	inject_begin(anchor.pid);
	work_and_checkpoint(slot, mailbox);
	inject_end();
	length = inject_tell(line, sizeof(line));
	if (length)
		report_log(line, length);
}

void checkpoint_lead(struct slot *slot)
{
	uint32_t nobody, request;

	replay_prepare(slot->frame, NULL);
	do {
		while ((request = __atomic_exchange_n(&anchor.asked_again, 0, __ATOMIC_ACQUIRE)))
			try_and_tell(slot, request);
		__atomic_store_n(&anchor.leader, 0, __ATOMIC_RELEASE);
		/* Asked for between the last look and the giving up of the lead. */
		nobody = 0;
	} while (__atomic_load_n(&anchor.asked_again, __ATOMIC_ACQUIRE) &&
		 __atomic_compare_exchange_n(&anchor.leader, &nobody, slot->tid, 0,
					     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	thread_go_on(slot);
}
