/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was asked for regions by madvise() and mlock(): the kernel's flags are the same again. */
#include <sys/mman.h>

#include "check_maps.h"

#define PAGE   4096
#define SIZE   (4 << 20) /* whole huge pages fit in */
#define LOCKED (64 << 10) /* and an ordinary user may lock so much */

static const struct {
	const char *name;
	int advice;
} advices[] = {
	{ "none", -1 },
	{ "hugepage", MADV_HUGEPAGE },
	{ "nohugepage", MADV_NOHUGEPAGE },
	{ "dontfork", MADV_DONTFORK },
	{ "wipeonfork", MADV_WIPEONFORK },
	{ "dontdump", MADV_DONTDUMP },
	{ "sequential", MADV_SEQUENTIAL },
	{ "random", MADV_RANDOM },
	{ "mergeable", MADV_MERGEABLE },
};

#define COUNT (int)(sizeof(advices) / sizeof(advices[0]))

struct place {
	const char *name;
	char *memory;
	struct check_region before;
};

static void make(struct place *place, const char *name, size_t size)
{
	/* A page on each side keeps neighbours from becoming one region. */
	char *memory = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	place->name = name;
	place->memory = memory + PAGE;
	CHECK_CALL(mprotect(place->memory, size, PROT_READ | PROT_WRITE));
	strcpy(place->memory + 2 * PAGE, name);
}

static void verify(const struct place *place)
{
	struct check_region after;

	CHECK(check_region(place->memory, &after), "%s is gone", place->name);
	CHECK_IS(after.start, place->before.start);
	CHECK_IS(after.end, place->before.end);
	CHECK(!strcmp(after.flags, place->before.flags), "%s had the flags%s and has%s",
	      place->name, place->before.flags, after.flags);
	CHECK(!strcmp(place->memory + 2 * PAGE, place->name), "%s holds something else",
	      place->name);
}

int main(void)
{
	static struct place places[COUNT + 2];
	struct place *locked = &places[COUNT], *on_fault = &places[COUNT + 1];

	for (int i = 0; i < COUNT; i++) {
		make(&places[i], advices[i].name, SIZE);
		/* A kernel that does not know one has nothing to remember. */
		if (advices[i].advice >= 0)
			(void)!madvise(places[i].memory, SIZE, advices[i].advice);
	}
	make(locked, "locked", LOCKED);
	CHECK_CALL(mlock(locked->memory, LOCKED));
	make(on_fault, "locked on fault", LOCKED);
	CHECK_CALL(mlock2(on_fault->memory, LOCKED, MLOCK_ONFAULT));
	for (int i = 0; i < COUNT + 2; i++)
		CHECK(check_region(places[i].memory, &places[i].before), "smaps");
	check_ready();
	check_wait();
	for (int i = 0; i < COUNT + 2; i++)
		verify(&places[i]);
	return check_passed();
}
