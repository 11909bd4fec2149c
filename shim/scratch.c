/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that a checkpoint works in: one mapping, there only while it lasts. */
#include "scratch.h"

#include <sys/mman.h>

#include "../ghost/sys.h"

#define JOBS (2U << 20)			/* 80 MiB of address space, used as needed */
#define DESCRIPTORS (1U << 20)
#define RECORDS (64U << 20)
#define LEAST 16			/* a tight RLIMIT_AS gets this part of it */

static size_t round_up(size_t size)
{
	return (size + 4095) & ~(size_t)4095;
}

static struct scratch *open_part(size_t part)
{
	size_t jobs = round_up(JOBS / part * sizeof(struct page_job));
	size_t entries = round_up(DESCRIPTORS / part * sizeof(struct descriptor_entry));
	size_t order = round_up(DESCRIPTORS / part * sizeof(uint32_t));
	size_t record = round_up(kind_largest());
	size_t base = round_up(sizeof(struct scratch));
	size_t size = base + jobs + entries + order + record + RECORDS / part;
	struct scratch *scratch = sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *next = (char *)scratch + base;

	if (sys_failed(scratch))
		return NULL;
	scratch->size = size;
	scratch->jobs = (struct page_job *)next;
	scratch->job_room = JOBS / part;
	scratch->descriptor_entries = (struct descriptor_entry *)(next += jobs);
	scratch->descriptor_order = (uint32_t *)(next += entries);
	scratch->descriptor_room = DESCRIPTORS / (uint32_t)part;
	scratch->record = next += order;
	scratch->records = (unsigned char *)(next + record);
	scratch->record_room = RECORDS / part;
	return scratch;
}

struct scratch *scratch_open(void)
{
	struct scratch *scratch = open_part(1);

	return scratch ? scratch : open_part(LEAST);
}

void scratch_close(struct scratch *scratch)
{
	sys_munmap(scratch, scratch->size);
}
