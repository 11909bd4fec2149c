/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that may not make another task: the checkpoint does without its helpers. */
#include <sys/resource.h>
#include <sys/wait.h>

#include "check.h"

/* Root, and who has as many rights, is not limited. */
static int is_limited(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	if (child > 0)
		CHECK_CALL(waitpid(child, NULL, 0));
	return child < 0;
}

int main(void)
{
	struct rlimit limit, after;
	int limited;

	CHECK_CALL(getrlimit(RLIMIT_NPROC, &limit));
	limit.rlim_cur = 1;
	CHECK_CALL(setrlimit(RLIMIT_NPROC, &limit));
	limited = is_limited();
	check_ready();
	check_wait();
	CHECK_CALL(getrlimit(RLIMIT_NPROC, &after));
	CHECK_IS(after.rlim_cur, 1);
	CHECK_IS(after.rlim_max, limit.rlim_max);
	/* In a namespace of its own a user may have made nobody else yet. */
	CHECK(limited || !is_limited() || getuid() != 0, "it has become limited");
	after.rlim_cur = after.rlim_max;
	CHECK_CALL(setrlimit(RLIMIT_NPROC, &after));
	CHECK_IS(is_limited(), 0);
	return check_passed();
}
