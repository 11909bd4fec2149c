/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A medium in memory: a growing buffer from mmap when written, a window when read. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "../medium.h"
#include "../sys.h"

static int memory_grow(struct medium_memory *memory, size_t wanted)
{
	size_t size = memory->size;
	void *data;

	if (!memory->owned)
		return -ENOSPC;
	while (size < wanted)
		size *= 2;
	data = (void *)sys_call4(SYS_mremap, memory->data, memory->size, size, MREMAP_MAYMOVE);
	if (sys_failed(data))
		return (int)(intptr_t)data;
	memory->data = data;
	memory->size = size;
	return 0;
}

static int memory_write(struct medium *medium, const void *data, size_t size)
{
	struct medium_memory *memory = (struct medium_memory *)medium;
	int error;

	if (size > memory->size - memory->position) {
		error = memory_grow(memory, memory->position + size);
		if (error)
			return error;
	}
	memcpy(memory->data + memory->position, data, size);
	memory->position += size;
	return 0;
}

static int memory_read(struct medium *medium, void *data, size_t size)
{
	struct medium_memory *memory = (struct medium_memory *)medium;

	if (size > memory->size - memory->position)
		return -EBADMSG;
	memcpy(data, memory->data + memory->position, size);
	memory->position += size;
	return 0;
}

static const struct medium_ops memory_ops = { .read = memory_read, .write = memory_write };

int medium_memory_write(struct medium_memory *memory, size_t first_size)
{
	size_t size = (first_size + 4095) & ~(size_t)4095;
	void *data = sys_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0);

	if (sys_failed(data))
		return (int)(intptr_t)data;
	*memory = (struct medium_memory){
		.medium = { &memory_ops }, .data = data, .size = size, .owned = 1,
	};
	return 0;
}

void medium_memory_read(struct medium_memory *memory, const void *data, size_t size)
{
	*memory = (struct medium_memory){
		.medium = { &memory_ops }, .data = (unsigned char *)data, .size = size,
	};
}

void medium_memory_close(struct medium_memory *memory)
{
	if (memory->owned)
		sys_munmap(memory->data, memory->size);
	memory->data = NULL;
	memory->size = memory->position = 0;
}
