/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters, by prctl(2) and by seccomp(2) through syscall(2). */
#include "../shim/filters.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "../shim/anchor.h"
#include "../shim/gate.h"
#include "real.h"

/* Zone: wrapper.  Everything that we need for it is done before the call: what is
 * permitted afterwards is not ours to know. */

#define EXPORT __attribute__((visibility("default")))

/* A call as the program made it. */
struct request {
	long nr, argument[5];
	uint32_t flags;
	const struct sock_fprog *program;
};

long filters_call(long nr, long one, long two, long three, long four, long five);

static long pass_on(const struct request *request)
{
	const long *a = request->argument;

	return sys_call6(request->nr, a[0], a[1], a[2], a[3], a[4], 0);
}

/* With the gate held, where 0 is returned: the filter is noted, and if it forbids
 * checkpoints none is under way or asked for.  1: there are none already, and
 * nothing has to be known for one.  Or -errno. */
static int prepare(const struct request *request, struct filter **filter, int *closed)
{
	uint32_t forbidden = FILTERS_STRICT, mute = 0;

	for (;;) {
		int error = 0;

		gate_enter();
		*filter = NULL;
		if (request->program)
			*filter = filters_prepare(request->program, request->flags, &forbidden,
						  &mute);
		if (request->program && !*filter)
			error = -ENOMEM;
		else if (forbidden)
			error = filters_close_door(forbidden, mute);
		*closed = !error && forbidden;
		if (!error && !(*closed && self.put_off))
			return 0;
		if (*closed)
			filters_open_door();
		if (*filter)
			filters_abandon(*filter);
		/* Here a checkpoint that was put off takes place. */
		gate_leave();
		if (error && error != -EBUSY)
			return error == -EALREADY ? 1 : error;
		sys_call0(SYS_sched_yield);
	}
}

static int was_done(const struct request *request, long result)
{
	return !result || (result > 0 && request->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static long confine(const struct request *request)
{
	struct filter *filter;
	int closed, state = anchor.filters.forbidden || !anchor.ready
				    ? 1
				    : prepare(request, &filter, &closed);
	long result;

	if (state)
		return state < 0 ? state : pass_on(request);
	result = pass_on(request);
	if (filter && was_done(request, result))
		filters_commit(filter);
	else if (filter)
		filters_abandon(filter);
	if (closed && !was_done(request, result))
		filters_open_door();
	gate_leave();
	return result;
}

/* Whether it is one at all; others are the kernel's to refuse. */
static int understand(struct request *request)
{
	const long *a = request->argument;

	if (request->nr == SYS_prctl) {
		request->program = a[1] == SECCOMP_MODE_FILTER ? (const void *)a[2] : NULL;
		return a[1] == SECCOMP_MODE_STRICT || request->program;
	}
	request->flags = (uint32_t)a[1];
	request->program = a[0] == SECCOMP_SET_MODE_FILTER ? (const void *)a[2] : NULL;
	return a[0] == SECCOMP_SET_MODE_STRICT || request->program;
}

/* syscall-x86_64.S comes here with what the program gave to syscall(2). */
long filters_call(long nr, long one, long two, long three, long four, long five)
{
	struct request request = { nr, { one, two, three, four, five }, 0, NULL };
	long result = understand(&request) ? confine(&request) : pass_on(&request);

	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

EXPORT int prctl(int option, ...)
{
	va_list list;
	long a, b, c, d;

	va_start(list, option);
	a = va_arg(list, long);
	b = va_arg(list, long);
	c = va_arg(list, long);
	d = va_arg(list, long);
	va_end(list);
	if (option == PR_SET_SECCOMP)
		return (int)filters_call(SYS_prctl, option, a, b, c, d);
	return real_get()->prctl(option, a, b, c, d);
}
