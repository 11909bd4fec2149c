/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many small regions with all kinds of permissions, and code that was made at run time. */
#include <sys/mman.h>

#include "check_maps.h"

#define PAGE  4096
#define PAGES 1200

static const int protections[] = {
	PROT_READ,  PROT_READ | PROT_WRITE,
	PROT_NONE,  PROT_READ | PROT_EXEC,
	PROT_WRITE, PROT_READ | PROT_WRITE | PROT_EXEC,
	PROT_EXEC,
};

#define KINDS (int)(sizeof(protections) / sizeof(protections[0]))

/* mov $number,%eax; ret */
static void make_code(unsigned char *page, uint32_t number)
{
	page[0] = 0xb8;
	memcpy(page + 1, &number, sizeof(number));
	page[5] = 0xc3;
}

static int run_code(void *page)
{
	int (*function)(void);

	memcpy(&function, &page, sizeof(function));
	return function();
}

static void verify_permissions(unsigned char *memory)
{
	struct check_region region;

	for (int page = 0; page < 3 * KINDS; page++) {
		int protection = protections[page % KINDS];

		CHECK(check_region(memory + page * PAGE, &region), "page %d is gone", page);
		CHECK_IS(region.permissions[0] == 'r', (protection & PROT_READ) != 0);
		CHECK_IS(region.permissions[1] == 'w', (protection & PROT_WRITE) != 0);
		CHECK_IS(region.permissions[2] == 'x', (protection & PROT_EXEC) != 0);
	}
}

int main(void)
{
	unsigned char *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	for (int page = 0; page < PAGES; page++)
		make_code(memory + page * PAGE, (uint32_t)page * 1001);
	for (int page = 0; page < PAGES; page++)
		CHECK_CALL(mprotect(memory + page * PAGE, PAGE, protections[page % KINDS]));
	check_ready();
	while (!check_told()) {
		for (int page = 3; page < PAGES; page += KINDS)
			CHECK_IS(run_code(memory + page * PAGE), page * 1001);
		check_pause(300);
	}
	verify_permissions(memory);
	CHECK_CALL(mprotect(memory, PAGES * PAGE, PROT_READ | PROT_EXEC));
	for (int page = 0; page < PAGES; page++)
		CHECK_IS(run_code(memory + page * PAGE), page * 1001);
	return check_passed();
}
