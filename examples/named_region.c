/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Anonymous regions with names of their own, as allocators give them. */
#include <sys/mman.h>
#include <sys/prctl.h>

#include "check_maps.h"

#define PAGE              4096
#define SET_VMA           0x53564d41 /* PR_SET_VMA */
#define SET_VMA_ANON_NAME 0

static int named = 1; /* the kernel has CONFIG_ANON_VMA_NAME */

static char *make(const char *name, int flags)
{
	char *memory = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	strcpy(memory + PAGE, name);
	if (prctl(SET_VMA, SET_VMA_ANON_NAME, memory, 8 * PAGE, name))
		named = 0;
	return memory;
}

static void verify(const char *memory, const char *name)
{
	struct check_region region;

	CHECK(check_region(memory, &region), "%s is gone", name);
	CHECK(!named || strstr(region.name, name), "%s is called %s", name, region.name);
	CHECK(!strcmp(memory + PAGE, name), "%s holds something else", name);
}

int main(void)
{
	char *heap = make("an arena of 8 pages", MAP_PRIVATE);
	char *two = make("another one", MAP_PRIVATE);
	char *shared = make("shared between nobody", MAP_SHARED);

	verify(heap, "an arena of 8 pages");
	check_ready();
	check_wait();
	verify(heap, "an arena of 8 pages");
	verify(two, "another one");
	verify(shared, "shared between nobody");
	return check_passed();
}
