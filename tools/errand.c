/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking a process for a checkpoint, and staying until it is done. */
#include "errand.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "words.h"

#define ERRAND_TICK 5 /* milliseconds between two looks */

enum event {
	EVENT_TICK,
	EVENT_GONE, /* the process has ended */
	EVENT_LATE,
	EVENT_INTERRUPTED,
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static enum event wait_a_tick(struct errand *errand)
{
	struct pollfd fds[] = {
		{ .fd = errand->target->pidfd, .events = POLLIN },
		{ .fd = errand->interrupts, .events = POLLIN },
	};

	poll(fds, 2, ERRAND_TICK);
	errand->interrupted = interrupt_take(errand->interrupts);
	if (errand->interrupted)
		return EVENT_INTERRUPTED;
	if (fds[0].revents)
		return EVENT_GONE;
	return errand->timeout > 0 && now() >= errand->deadline ? EVENT_LATE : EVENT_TICK;
}

static int fail_late(const struct errand *errand, uint32_t state, struct failure *failure)
{
	int pid = (int)errand->target->pid;

	if (state == MAILBOX_DONE)
		return failure_set(
			failure, ERRAND_FAILED,
			"the ghost of process %d is whole, but the process has not ended "
			"within %g s: end it with kill -KILL %d",
			pid, errand->timeout, pid);
	if (state != MAILBOX_WAITING)
		return failure_set(failure, ERRAND_FAILED,
				   "the checkpoint of process %d is not finished within %g s: it "
				   "goes on without us, wait for its file",
				   pid, errand->timeout);
	if (target_is_stopped(errand->target))
		return failure_set(failure, ERRAND_FAILED,
				   "process %d is stopped and has not answered within %g s: "
				   "continue it with kill -CONT %d",
				   pid, errand->timeout, pid);
	return failure_set(failure, ERRAND_FAILED,
			   "process %d has not answered within %g s: wait for another "
			   "krg-checkpoint that asks it, or look into its log (krg-run --log)",
			   pid, errand->timeout);
}

/* Why the waiting ends before there is an answer. */
static int fail(const struct errand *errand, uint32_t state, enum event event,
		struct failure *failure)
{
	int pid = (int)errand->target->pid;

	if (event == EVENT_LATE)
		return fail_late(errand, state, failure);
	if (event == EVENT_INTERRUPTED)
		return failure_set(failure, ERRAND_FAILED,
				   "interrupted: process %d goes on, perhaps with its checkpoint",
				   pid);
	return failure_set(failure, ERRAND_FAILED,
			   "process %d ended before its ghost was whole: start it again", pid);
}

/* By the pidfd, so that no other process can get it. */
static int send_signal(const struct errand *errand, struct failure *failure)
{
	const struct target *target = errand->target;
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = target->signal;
	info.si_code = SI_QUEUE;
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_int = errand->box->number;
	if (!syscall(SYS_pidfd_send_signal, target->pidfd, target->signal, &info, 0))
		return 0;
	if (errno == ESRCH)
		return fail(errand, MAILBOX_WAITING, EVENT_GONE, failure);
	return failure_set(failure, TARGET_REFUSED, "process %d cannot be signalled: %m",
			   (int)target->pid);
}

/* Of two signals at once only one arrives, and the number of the other is lost. */
static int send_when_free(struct errand *errand, const struct mailbox *unanswered,
			  struct failure *failure)
{
	while (!target_claim(errand->target)) {
		enum event event = wait_a_tick(errand);

		if (event != EVENT_TICK)
			return fail(errand, MAILBOX_WAITING, event, failure);
		progress_show(&errand->progress, unanswered, now());
	}
	return send_signal(errand, failure);
}

static int follow(struct errand *errand, struct mailbox *answer, struct failure *failure)
{
	enum event event = EVENT_TICK;

	/* After its end too, the process may have left its answer. */
	while (!box_read(errand->box, answer)) {
		if (answer->state == MAILBOX_DONE)
			return 0;
		if (answer->state == MAILBOX_FAILED)
			return failure_set(failure, ERRAND_FAILED, "process %d: %s",
					   (int)errand->target->pid, answer->message);
		if (event != EVENT_TICK)
			return fail(errand, answer->state, event, failure);
		progress_show(&errand->progress, answer, now());
		event = wait_a_tick(errand);
	}
	return failure_set(failure, ERRAND_FAILED,
			   "the answer of process %d cannot be read: was its file in /tmp changed?",
			   (int)errand->target->pid);
}

static int follow_to_the_end(struct errand *errand, struct failure *failure)
{
	enum event event = EVENT_TICK;

	while (event == EVENT_TICK)
		event = wait_a_tick(errand);
	return event == EVENT_GONE ? 0 : fail(errand, MAILBOX_DONE, event, failure);
}

int errand_run(struct errand *errand, int show_progress, struct mailbox *answer,
	       struct failure *failure)
{
	int64_t start = now();
	int error;

	errand->interrupted = 0;
	errand->deadline = start + (int64_t)(errand->timeout * 1e6);
	progress_start(&errand->progress, show_progress, errand->target->pid, start);
	memset(answer, 0, sizeof(*answer));
	error = send_when_free(errand, answer, failure);
	if (!error)
		error = follow(errand, answer, failure);
	if (!error && errand->kill)
		error = follow_to_the_end(errand, failure);
	progress_clear(&errand->progress);
	return error;
}
