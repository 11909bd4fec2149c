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
		timer->clock = (int32_t)text_take_decimal(&cursor) * (negative ? -1 : 1);
	}
}

static int parse(const char *list, int ours, struct timers_state *timers)
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
	size_t length = 0;
	long got;
	int file = sys_open(path, O_RDONLY | O_CLOEXEC, 0);

	if (file < 0)
		return file;
	while ((got = sys_read(file, data + length, size - 1 - length)) > 0)
		length += (size_t)got;
	sys_close(file);
	data[length] = '\0';
	return got < 0 ? got : length == size - 1 ? -E2BIG : (long)length;
}

int timers_capture(struct timers_state *timers, int ours, char *list, size_t size)
{
	long length;

	memset(timers, 0, sizeof(*timers));
	length = read_all("/proc/self/timers", list, size);
	if (length == -ENOENT)		/* a kernel without CONFIG_CHECKPOINT_RESTORE */
		return 0;
	if (length < 0)
		return (int)length;
	if (parse(list, ours, timers))
		return -E2BIG;
	for (uint32_t i = 0; i < timers->count; i++)
		sys_call2(SYS_timer_gettime, timers->timer[i].id, &timers->timer[i].setting);
	return 0;
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
			sys_call4(SYS_timer_settime, timer->id, 0, &timer->setting, 0);
	}
	timers_choose_ids(0);
	return error;
}
