/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KRG_INTERVAL: a timer of the kernel's that asks for checkpoints. */
#include "interval.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "timers.h"

/* An address of ours: no timer of the program's has it as its value. */
static void *value(void)
{
	return &anchor.interval_timer;
}

/* The kernel counts on from a number that was asked for, and after the highest
 * comes 0 again: the program's first timer gets the number that it would have had. */
int interval_begin(enum interval_place place)
{
	struct sigevent event;
	int id = INT_MAX, error = 0;

	anchor.interval_timer = 0;
	if (!anchor.settings.interval)
		return 0;
	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = anchor.settings.signal;
	event.sigev_value.sival_ptr = value();
	if (place == INTERVAL_APART)
		error = timers_choose_ids(1);
	if (!error)
		error = (int)sys_call3(SYS_timer_create, CLOCK_MONOTONIC, &event, &id);
	if (place == INTERVAL_APART)
		timers_choose_ids(0);
	if (error)
		return error;
	anchor.interval_timer = (uint32_t)id + 1;
	interval_again();
	return 0;
}

void interval_again(void)
{
	uint64_t interval = anchor.settings.interval;
	struct itimerspec setting;

	if (interval_timer() < 0)
		return;
	memset(&setting, 0, sizeof(setting));
	setting.it_value.tv_sec = (time_t)(interval / 1000);
	setting.it_value.tv_nsec = (long)(interval % 1000 * 1000000);
	sys_call4(SYS_timer_settime, interval_timer(), 0, &setting, 0);
}

int interval_has_ended(void)
{
	struct itimerspec left;

	return interval_timer() >= 0 &&
	       !sys_call2(SYS_timer_gettime, interval_timer(), &left) && !left.it_value.tv_sec &&
	       !left.it_value.tv_nsec;
}

void interval_forget(void)
{
	anchor.interval_timer = 0;
}

/* While the timer is being made its number is not known yet, its value is. */
int interval_has_sent(const siginfo_t *info)
{
	return info->si_code == SI_TIMER && info->si_value.sival_ptr == value();
}

int interval_timer(void)
{
	return (int)(anchor.interval_timer - 1);
}
