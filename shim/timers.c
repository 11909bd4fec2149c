/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* POSIX timers (timer_create(2)) of the process. */
#include "timers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"

#define RESTORE_IDS 77		/* PR_TIMER_CREATE_RESTORE_IDS, Linux 6.15 */
#define CREATE_TRIES 100000	/* how far ids are counted up on older kernels */

/* One timer in /proc/PID/timers (fs/proc/base.c, show_timer):
 *	ID: 1
 *	signal: 60/00007fff86e452a8
 *	notify: signal/pid.2634
 *	ClockID: 0 */
static void parse_line(const char *line, struct timers_state *timers)
{
	struct timer_state *timer = &timers->timer[timers->count - 1];
	const char *cursor;
	uint64_t clock;

	if ((cursor = text_after(line, "signal: "))) {
		timer->signal = (int32_t)text_take_decimal(&cursor);
		if (*cursor++ == '/')
			timer->value = text_take_hex(&cursor);
	} else if ((cursor = text_after(line, "notify: "))) {
		timer->notify = text_after(cursor, "none") ? SIGEV_NONE : SIGEV_SIGNAL;
		cursor = strchr(cursor, '/');
		if (cursor && text_after(cursor, "/tid.")) {
			cursor += 5;
			timer->notify |= SIGEV_THREAD_ID;
			timer->thread = (int32_t)text_take_decimal(&cursor);
		}
	} else if ((cursor = text_after(line, "ClockID: "))) {
		int negative = *cursor == '-';

		cursor += negative;
		clock = text_take_decimal(&cursor);
		timer->clock = (int32_t)(negative ? -clock : clock);
	}
}

int timers_parse(const char *list, int ours, struct timers_state *timers)
{
	int skip = 0;

	while (list && *list) {
		const char *id = text_after(list, "ID: ");

		if (id) {
			int32_t number = (int32_t)text_take_decimal(&id);

			skip = number == ours;
			if (!skip && timers->count == TIMERS_MAX)
				return -E2BIG;
			if (!skip)
				timers->timer[timers->count++].id = number;
		} else if (timers->count && !skip) {
			parse_line(list, timers);
		}
		list = strchr(list, '\n');
		if (list)
			list++;
	}
	return 0;
}

static long read_all(const char *path, char *data, size_t size)
{
	int file = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	long length;

	if (file < 0)
		return file;
	length = text_read(file, data, size);
	sys_close(file);
	return length;
}

static int before(const struct timespec *one, const struct timespec *other)
{
	return one->tv_sec < other->tv_sec ||
	       (one->tv_sec == other->tv_sec && one->tv_nsec < other->tv_nsec);
}

/* The clock after what is left, so that the moment is rather late than early. A
 * CPU's clock needs no moment: it stands still while the program does not exist. */
static int ask(struct timers_state *timers, struct timer_state *timer)
{
	const struct timer_note *note = timers_note(timers, timer->id, 0);
	int error = (int)sys_call2(SYS_timer_gettime, timer->id, &timer->setting);

	if (error || !note || !note->absolute || note->clock)
		return error;
	timer->absolute = !sys_call2(SYS_clock_gettime, timer->clock, &timer->now);
	timer->expiry.tv_sec = timer->now.tv_sec + timer->setting.it_value.tv_sec;
	timer->expiry.tv_nsec = timer->now.tv_nsec + timer->setting.it_value.tv_nsec;
	if (timer->expiry.tv_nsec >= 1000000000) {
		timer->expiry.tv_nsec -= 1000000000;
		timer->expiry.tv_sec++;
	}
	return 0;
}

int timers_capture(struct timers_state *timers, int ours, char *list, size_t size)
{
	long length;
	int error;

	timers->count = 0;
	memset(timers->timer, 0, sizeof(timers->timer));
	length = read_all("/proc/self/timers", list, size);
	if (length == -ENOENT)		/* a kernel without CONFIG_CHECKPOINT_RESTORE */
		return 0;
	if (length < 0)
		return (int)length;
	error = timers_parse(list, ours, timers);
	for (uint32_t i = 0; i < timers->count && !error; i++)
		error = ask(timers, &timers->timer[i]);
	return error;
}

static int is_set(const struct timer_state *timer)
{
	return timer->setting.it_value.tv_sec || timer->setting.it_value.tv_nsec;
}

/* A clock that has gone back, as CLOCK_MONOTONIC does on another machine, knows
 * nothing of the old moment: then what was left is left. */
static void set(const struct timer_state *timer)
{
	struct itimerspec setting = timer->setting;
	struct timespec now;
	int flags = 0;

	if (!is_set(timer))
		return;
	if (timer->absolute && !sys_call2(SYS_clock_gettime, timer->clock, &now) &&
	    !before(&now, &timer->now)) {
		setting.it_value = timer->expiry;
		flags = TIMER_ABSTIME;
	}
	sys_call4(SYS_timer_settime, timer->id, flags, &setting, 0);
}

/* Without RESTORE_IDS the kernel counts ids up: those in between are made and
 * taken away again. */
static int create(const struct timer_state *timer)
{
	struct sigevent event;
	int tries = 0;

	memset(&event, 0, sizeof(event));
	event.sigev_value.sival_ptr = (void *)(uintptr_t)timer->value;
	event.sigev_signo = timer->signal;
	event.sigev_notify = timer->notify;
	event._sigev_un._tid = timer->thread;
	for (;;) {
		int id = timer->id;
		int error = (int)sys_call3(SYS_timer_create, timer->clock, &event, &id);

		if (error || id == timer->id)
			return error;
		sys_call1(SYS_timer_delete, id);
		if (id > timer->id || ++tries > CREATE_TRIES)
			return -EBUSY;
	}
}

int timers_choose_ids(int wanted)
{
	return (int)sys_call6(SYS_prctl, RESTORE_IDS, wanted, 0, 0, 0, 0);
}

int timers_revive(const struct timers_state *timers)
{
	int error = 0;

	timers_choose_ids(1);
	for (uint32_t i = 0; i < timers->count && !error; i++) {
		const struct timer_state *timer = &timers->timer[i];

		error = create(timer);
		if (!error)
			set(timer);
	}
	timers_choose_ids(0);
	return error;
}

static struct timer_note *find_note(struct timers_state *timers, uint32_t used)
{
	for (int i = 0; i < TIMERS_MAX; i++)
		if (__atomic_load_n(&timers->note[i].used, __ATOMIC_ACQUIRE) == used)
			return &timers->note[i];
	return NULL;
}

/* Without a lock: a program may set a timer in a signal handler. */
struct timer_note *timers_note(struct timers_state *timers, int id, int make)
{
	struct timer_note *note = find_note(timers, (uint32_t)id + 1);
	uint32_t nobody;

	while (!note && make && (note = find_note(timers, 0))) {
		nobody = 0;
		if (!__atomic_compare_exchange_n(&note->used, &nobody, (uint32_t)id + 1, 0,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			note = NULL;
	}
	return note;
}

void timers_forget(struct timers_state *timers)
{
	memset(timers->note, 0, sizeof(timers->note));
}
