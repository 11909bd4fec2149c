/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc says about a place in memory, for the examples about memory. */
#ifndef EXAMPLES_CHECK_MAPS_H
#define EXAMPLES_CHECK_MAPS_H

#include "check.h"

struct check_region {
	uint64_t start, end;
	char permissions[8];
	char name[512]; /* path, [stack], [anon:...] or empty */
	char flags[512]; /* VmFlags */
};

/* Finds the region that holds `address`; 0 where there is none. */
static inline int check_region(const void *address, struct check_region *region)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	char line[512];
	int found = 0;

	CHECK(file, "smaps: %s", strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		unsigned long start, end;
		char permissions[8];
		int name = 0;

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %n", &start, &end, permissions, &name) ==
		    3) {
			if (found)
				break;
			found = (uintptr_t)address >= start && (uintptr_t)address < end;
			region->start = start;
			region->end = end;
			strcpy(region->permissions, permissions);
			snprintf(region->name, sizeof(region->name), "%s", line + name);
		} else if (found && !strncmp(line, "VmFlags:", 8)) {
			snprintf(region->flags, sizeof(region->flags), "%s", line + 8);
		}
	}
	fclose(file);
	return found;
}

#endif
