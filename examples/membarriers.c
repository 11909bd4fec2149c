/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registrations for membarrier(2), without which libraries like liburcu abort. */
#include <linux/membarrier.h>

#include "check.h"

#define COUNT (int)(sizeof(barriers) / sizeof(barriers[0]))

static const struct {
	int registration, command;
} barriers[] = {
	{ MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, MEMBARRIER_CMD_PRIVATE_EXPEDITED },
	{ MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, MEMBARRIER_CMD_GLOBAL_EXPEDITED },
	{ MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ },
	/* Never registered: it must stay refused. */
	{ 0, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE },
};

static void verify(void)
{
	for (int i = 0; i < COUNT; i++) {
		long result = syscall(SYS_membarrier, barriers[i].command, 0, 0);

		CHECK(!result == (barriers[i].registration != 0), "command %d: %s",
		      barriers[i].command, result ? strerror(errno) : "permitted");
	}
}

static void *live(void *argument)
{
	while (!check_told())
		verify();
	return argument;
}

int main(void)
{
	long known = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	pthread_t other;

	for (int i = 0; i < COUNT; i++) {
		if (known < 0 || !(known & barriers[i].command))
			check_skip("this kernel does not know command %d", barriers[i].command);
		if (barriers[i].registration)
			CHECK_CALL(syscall(SYS_membarrier, barriers[i].registration, 0, 0));
	}
	verify();
	other = check_thread(live, NULL);
	check_ready();
	check_wait();
	verify();
	CHECK_ZERO(pthread_join(other, NULL));
	return check_passed();
}
