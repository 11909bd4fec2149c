/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the kernel schedules a thread, and what prctl(2) sets for one. */
#include "attributes.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <string.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"
#include "anchor.h"
#include "report.h"

static long control(int option, unsigned long one)
{
	return sys_call6(SYS_prctl, option, sys_arg(one), 0, 0, 0, 0);
}

static void add_cpus(struct cpus *cpus, uint64_t first, uint64_t last)
{
	for (uint64_t cpu = first; cpu <= last && cpu < ATTRIBUTES_CPUS; cpu++)
		cpus->word[cpu / 64] |= 1ULL << cpu % 64;
}

/* "0-3,8": the format of cpuset(7). */
static void parse_cpus(const char *list, struct cpus *cpus)
{
	while (*list >= '0' && *list <= '9') {
		uint64_t first = text_take_decimal(&list), last = first;

		if (*list == '-') {
			list++;
			last = text_take_decimal(&list);
		}
		add_cpus(cpus, first, last);
		list += *list == ',';
	}
}

void attributes_learn_cpus(void)
{
	char list[1024];
	long length;
	int file = sys_open("/sys/devices/system/cpu/online", O_RDONLY | O_CLOEXEC, 0);

	memset(&anchor.cpus, 0, sizeof(anchor.cpus));
	if (file < 0)
		return;
	length = sys_read(file, list, sizeof(list) - 1);
	sys_close(file);
	list[length < 0 ? 0 : length] = '\0';
	parse_cpus(list, &anchor.cpus);
}

/* A thread that was never confined goes on so, on a machine with more CPUs too.
 * Where the machine's CPUs are not known, nobody is believed to be free. */
static int is_anywhere(const struct cpus *cpus)
{
	uint64_t any = 0;

	for (size_t i = 0; i < ATTRIBUTES_CPUS / 64; i++) {
		any |= anchor.cpus.word[i];
		if (anchor.cpus.word[i] & ~cpus->word[i])
			return 0;
	}
	return any != 0;
}

void attributes_capture(struct attributes *attributes)
{
	long answer;

	attributes->known = 1;
	sys_call4(SYS_sched_getattr, 0, &attributes->schedule, sizeof(attributes->schedule), 0);
	sys_call3(SYS_sched_getaffinity, 0, sizeof(attributes->cpus), &attributes->cpus);
	attributes->any_cpu = (uint32_t)is_anywhere(&attributes->cpus);
	answer = control(PR_GET_TIMERSLACK, 0);
	attributes->timer_slack = answer < 0 ? 0 : (uint64_t)answer;
	attributes->io_priority = (int32_t)sys_call2(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);
	attributes->io_flusher = control(PR_GET_IO_FLUSHER, 0) == 1;
	control(PR_GET_PDEATHSIG, (unsigned long)&attributes->death_signal);
}

static void note(const char *what, long error)
{
	char line[160];
	struct text text;

	if (error >= 0)
		return;
	text_open(&text, line, sizeof(line));
	text_add(&text, "resumed thread ");
	text_add_decimal(&text, (uint64_t)sys_gettid());
	text_add(&text, ": ");
	text_add(&text, what);
	text_add(&text, ": ");
	text_add_error(&text, (int)error);
	text_add(&text, "\n");
	report_log(line, text.length);
}

/* The kernel's answer has a slice of time in `runtime` for classes where setting
 * it would mean more than leaving it. */
static void set_schedule(const struct schedule *was, const struct schedule *here)
{
	struct schedule wanted = *was;

	if (was->policy != SCHED_DEADLINE) {
		wanted.runtime = wanted.deadline = wanted.period = 0;
		if (was->policy == here->policy && was->flags == here->flags &&
		    was->nice == here->nice && was->priority == here->priority)
			return;
	}
	wanted.size = sizeof(wanted);
	note("its scheduling class, priority or nice value is not permitted",
	     sys_call3(SYS_sched_setattr, 0, &wanted, 0));
}

/* The kernel takes those of the set that there are, and fails if there are none. */
static void set_cpus(const struct attributes *was, const struct attributes *here)
{
	if (was->any_cpu || !memcmp(&was->cpus, &here->cpus, sizeof(was->cpus)))
		return;
	note("the CPUs that it was confined to cannot be had",
	     sys_call3(SYS_sched_setaffinity, 0, sizeof(was->cpus), &was->cpus));
}

void attributes_revive(const struct attributes *was)
{
	struct attributes here;

	if (!was->known)
		return;
	memset(&here, 0, sizeof(here));
	attributes_capture(&here);
	set_cpus(was, &here);
	set_schedule(&was->schedule, &here.schedule);
	if (was->timer_slack && was->timer_slack != here.timer_slack)
		control(PR_SET_TIMERSLACK, was->timer_slack);
	if (was->io_priority >= 0 && was->io_priority != here.io_priority)
		note("its I/O priority is not permitted",
		     sys_call3(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, was->io_priority));
	if (was->io_flusher)
		note("being an I/O flusher is not permitted", control(PR_SET_IO_FLUSHER, 1));
}

void attributes_revive_late(const struct attributes *was)
{
	if (was->known)
		control(PR_SET_PDEATHSIG, (unsigned long)was->death_signal);
}
