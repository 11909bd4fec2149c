/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* POSIX timers: what cannot be asked of them later. */
#include "../shim/timers.h"

#include "../shim/anchor.h"
#include "../shim/gate.h"
#include "../shim/usage.h"
#include "real.h"

/* Zone: wrapper.  The kernel tells neither whether a timer was set to a moment
 * nor, without /proc, which clock it has.  The gate is held: call and note belong
 * together. */

#define EXPORT  __attribute__((visibility("default")))
#define ID_MOST (1 << 30)

/* libc's handle is the kernel's id; for timers that start threads it is, shifted
 * and marked by its sign, the address of something that begins with it. */
static int id_of(timer_t timer)
{
	int64_t handle = (int64_t)(intptr_t)timer;
	int id = handle >= 0 ? (int)handle : *(const int *)(uintptr_t)((uint64_t)handle << 1);

	return id < 0 || id > ID_MOST ? -1 : id;
}

static struct timer_note *note_of(timer_t timer, int make)
{
	int id = id_of(timer);

	return id < 0 ? NULL : timers_note(&anchor.timers, id, make);
}

EXPORT int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer)
{
	struct timer_note *note;
	int error;

	gate_enter();
	error = real_get()->timer_create(clock, event, timer);
	if (!error && usage_is_cpu_clock(clock)) {
		note = note_of(*timer, 1);
		if (note)
			note->clock = clock;
	}
	gate_leave();
	return error;
}

/* The kernel's moment on a clock that the program believes to be ahead. */
static const struct itimerspec *
to_kernel(const struct timer_note *note, const struct itimerspec *setting, struct itimerspec *moved)
{
	int64_t offset = note && note->clock ? usage_clock_offset(note->clock) : 0;

	if (!offset || (!setting->it_value.tv_sec && !setting->it_value.tv_nsec))
		return setting;
	*moved = *setting;
	usage_shift(&moved->it_value, -offset);
	/* A moment that has passed is one nanosecond; 0 would stop the timer. */
	if (!moved->it_value.tv_sec && !moved->it_value.tv_nsec)
		moved->it_value.tv_nsec = 1;
	return moved;
}

EXPORT int timer_settime(timer_t timer, int flags, const struct itimerspec *setting,
			 struct itimerspec *old)
{
	int absolute = (flags & TIMER_ABSTIME) != 0, error;
	struct timer_note *note;
	struct itimerspec moved;

	gate_enter();
	note = setting ? note_of(timer, absolute) : NULL;
	error = real_get()->timer_settime(
		timer, flags, absolute && setting ? to_kernel(note, setting, &moved) : setting,
		old);
	if (!error && note)
		note->absolute = (uint32_t)absolute;
	gate_leave();
	return error;
}

EXPORT int timer_delete(timer_t timer)
{
	struct timer_note *note;
	int error;

	gate_enter();
	note = note_of(timer, 0);
	error = real_get()->timer_delete(timer);
	if (!error && note) {
		note->clock = 0;
		note->absolute = 0;
		__atomic_store_n(&note->used, 0, __ATOMIC_RELEASE);
	}
	gate_leave();
	return error;
}
