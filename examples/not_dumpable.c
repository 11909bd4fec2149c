/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that nobody may look into: it stays so, and is carried all the same. */
#include <sys/mman.h>
#include <sys/prctl.h>

#include "check.h"

static void *live(void *argument)
{
	while (!check_told()) {
		CHECK_IS(prctl(PR_GET_DUMPABLE), 0);
		check_pause(200);
	}
	return argument;
}

int main(void)
{
	char *memory =
		mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t other;

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	memset(memory, 'd', 1 << 20);
	CHECK_CALL(prctl(PR_SET_DUMPABLE, 0));
	other = check_thread(live, NULL);
	check_ready();
	check_wait();
	CHECK_IS(prctl(PR_GET_DUMPABLE), 0);
	CHECK_IS(memory[77777], 'd');
	CHECK_ZERO(pthread_join(other, NULL));
	CHECK_CALL(prctl(PR_SET_DUMPABLE, 1));
	return check_passed();
}
