/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main stack grows by itself, before and after. */
#include <sys/resource.h>

#include "check_maps.h"

#define FRAME  4096
#define BEFORE 200
#define AFTER  1200 /* frames; all must fit in the usual 8 MiB */

static uint32_t fill(unsigned char *frame, int depth)
{
	uint32_t sum = 0;

	for (int i = 0; i < FRAME; i++) {
		frame[i] = (unsigned char)(i * 7 + depth);
		sum += frame[i];
	}
	return sum;
}

/* Each frame is looked at again on the way back. */
static __attribute__((noinline)) uint32_t descend(int depth, int end, void (*bottom)(void))
{
	volatile unsigned char frame[FRAME];
	uint32_t sum = fill((unsigned char *)frame, depth), below = 0;

	if (depth < end)
		below = descend(depth + 1, end, bottom);
	else
		bottom();
	for (int i = 0; i < FRAME; i++)
		CHECK(frame[i] == (unsigned char)(i * 7 + depth), "frame %d byte %d is %d", depth,
		      i, frame[i]);
	return sum + below;
}

static uint32_t expected(int from, int to)
{
	static unsigned char frame[FRAME];
	uint32_t sum = 0;

	for (int depth = from; depth <= to; depth++)
		sum += fill(frame, depth);
	return sum;
}

static void nothing(void)
{
}

static void wait_and_go_deeper(void)
{
	check_ready();
	while (!check_told())
		CHECK_IS(descend(BEFORE, BEFORE + 40, nothing), expected(BEFORE, BEFORE + 40));
	CHECK_IS(descend(BEFORE, AFTER, nothing), expected(BEFORE, AFTER));
}

int main(void)
{
	struct check_region before, after;
	struct rlimit limit;
	char here;

	CHECK_CALL(getrlimit(RLIMIT_STACK, &limit));
	if (limit.rlim_cur < 6 << 20)
		check_skip("the stack may grow to %lu bytes only", (unsigned long)limit.rlim_cur);
	CHECK(check_region(&here, &before), "the stack is nowhere");
	CHECK_IS(descend(0, BEFORE, wait_and_go_deeper), expected(0, BEFORE));
	CHECK(check_region(&here, &after), "the stack is nowhere");
	CHECK(!strcmp(after.name, "[stack]"), "the stack is called %s", after.name);
	CHECK(!strcmp(after.flags, before.flags), "the stack's flags were %s and are %s",
	      before.flags, after.flags);
	CHECK_IS(after.end, before.end);
	return check_passed();
}
