/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that several mappings share: an object without a name, or a file that has none. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "../ghost/kind/orphan.h"
#include "../ghost/sys.h"
#include "stage.h"

static uint64_t object_size(const struct stage *stage, uint32_t object)
{
	uint64_t size = 0;

	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];

		if (region->type == REGION_SHARED_OBJECT && region->object == object &&
		    region->offset + stage_size_of(region) > size)
			size = region->offset + stage_size_of(region);
	}
	return size;
}

/* mremap with an old size of 0 makes another mapping of the same shared pages
 * (mremap(2)): so one object comes to all its places. */
static int map_object(struct stage *stage, uint32_t object)
{
	uint64_t size = object_size(stage, object);
	char *whole = size ? sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
			   : NULL;

	if (sys_failed(whole))
		return stage_fail(stage, (int)(intptr_t)whole, "shared memory of %llu bytes: %s",
			    (unsigned long long)size, strerror(-(int)(intptr_t)whole));
	stage->objects[object] = whole;
	stage->object_sizes[object] = size;
	for (size_t i = 0; i < stage->image->region_count; i++) {
		const struct region_ghost *region = &stage->image->regions[i];
		void *got;

		if (region->type != REGION_SHARED_OBJECT || region->object != object)
			continue;
		got = mremap(whole + region->offset, 0, stage_size_of(region),
			     MREMAP_MAYMOVE | MREMAP_FIXED, (void *)stage->plan->stage[i]);
		if (got == MAP_FAILED)
			return stage_fail(stage, -errno, "shared memory %llx: %s",
				    (unsigned long long)region->start, strerror(errno));
	}
	return 0;
}

/* Through a descriptor that only reads it could never be made writable, which is what
 * the program had, and what a seal against writing wants. */
static int map_of_file(struct stage *stage, size_t i, const struct revived_orphan *file)
{
	const struct region_ghost *region = &stage->image->regions[i];
	int writes = (region->flags & REGION_SHARED_WRITE) != 0;
	int fd = orphan_open(file, writes ? O_RDWR : O_RDONLY);
	void *got = fd < 0 ? (void *)(intptr_t)fd
			   : sys_mmap((void *)stage->plan->stage[i], stage_size_of(region), PROT_READ,
				      MAP_SHARED | MAP_FIXED, fd, region->offset);

	if (fd >= 0)
		sys_close(fd);
	if (sys_failed(got))
		return stage_fail(stage, (int)(intptr_t)got, "memory %llx (%s): %s",
			    (unsigned long long)region->start, region->file.path,
			    strerror(-(int)(intptr_t)got));
	return 0;
}

/* All that is in it comes by way of one mapping, as large as the file: behind its end
 * there is nothing to write to. */
static int map_file_object(struct stage *stage, uint32_t object, const struct revived_orphan *file)
{
	uint64_t size = (file->ghost->size + 4095) & ~4095ULL;
	char *whole = size ? sys_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0)
			   : NULL;
	int error = 0;

	if (sys_failed(whole))
		return stage_fail(stage, (int)(intptr_t)whole, "%s: %s", file->ghost->path,
			    strerror(-(int)(intptr_t)whole));
	stage->objects[object] = whole;
	stage->object_sizes[object] = size;
	for (size_t i = 0; i < stage->image->region_count && !error; i++)
		if (stage->image->regions[i].type == REGION_SHARED_OBJECT &&
		    stage->image->regions[i].object == object)
			error = map_of_file(stage, i, file);
	return error;
}

int stage_map_object(struct stage *stage, uint32_t object)
{
	const struct revived_orphan *file = orphan_of_object(stage->revive, object);

	return file ? map_file_object(stage, object, file) : map_object(stage, object);
}
