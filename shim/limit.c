/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A limit of the program's that is not meant for us, raised for a moment. */
#include "limit.h"

#include "../ghost/sys.h"

int limit_raise(struct limit *limit, int resource)
{
	uint64_t wider[2];

	limit->resource = resource;
	limit->raised = 0;
	if (sys_call4(SYS_prlimit64, 0, resource, 0, limit->before) ||
	    limit->before[0] == limit->before[1])
		return 0;
	wider[0] = wider[1] = limit->before[1];
	limit->raised = !sys_call4(SYS_prlimit64, 0, resource, wider, 0);
	return limit->raised;
}

/* A soft limit may always be lowered, so no test makes that fail. */
void limit_lower(const struct limit *limit)
{
	if (limit->raised)
		sys_raw6(SYS_prlimit64, 0, limit->resource, sys_arg(limit->before), 0, 0, 0);
}
