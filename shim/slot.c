/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A place in the nest for each stopped thread: its state and a stack of ours. */
#include "slot.h"

#include <string.h>
#include <sys/mman.h>

#include "../ghost/sys.h"

#define BLOCK_SLOTS 32

struct block {
	struct block *next;
	char pad[4096 - sizeof(struct block *)];
	char slots[BLOCK_SLOTS][SLOT_SIZE];
};

/* One that is always there, so that somebody can say that there is no memory; the
 * others in a list that only grows. */
static char first[SLOT_SIZE] __attribute__((aligned(64)));
static struct block *blocks;

static int take(struct slot *slot, uint32_t tid)
{
	uint32_t free_mark = 0;

	return __atomic_compare_exchange_n(&slot->used, &free_mark, tid, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static struct slot *take_from(struct block *block, uint32_t tid)
{
	for (int i = 0; i < BLOCK_SLOTS; i++) {
		struct slot *slot = (struct slot *)block->slots[i];

		if (take(slot, tid))
			return slot;
	}
	return NULL;
}

static struct block *add_block(void)
{
	struct block *block = sys_mmap(NULL, sizeof(*block), PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (sys_failed(block))
		return NULL;
	block->next = __atomic_load_n(&blocks, __ATOMIC_ACQUIRE);
	while (!__atomic_compare_exchange_n(&blocks, &block->next, block, 0, __ATOMIC_RELEASE,
					    __ATOMIC_ACQUIRE))
		;
	return block;
}

/* Others may fill a new block at once; then another one is mapped. */
static struct slot *find_free(uint32_t tid)
{
	struct block *block = __atomic_load_n(&blocks, __ATOMIC_ACQUIRE);
	struct slot *slot = (struct slot *)first;

	if (take(slot, tid))
		return slot;
	for (;; block = block->next) {
		if (!block)
			block = add_block();
		slot = block ? take_from(block, tid) : NULL;
		if (slot || !block)
			return slot;
	}
}

struct slot *slot_take(uint32_t tid)
{
	struct slot *slot = find_free(tid);

	if (!slot)
		return NULL;
	memset((char *)slot + sizeof(slot->used), 0, sizeof(*slot) - sizeof(slot->used));
	slot->tid = tid;
	return slot;
}

int slot_each(int (*visit)(struct slot *slot, void *argument), void *argument)
{
	struct slot *slot = (struct slot *)first;
	int result = slot->used ? visit(slot, argument) : 0;

	if (result)
		return result;
	for (struct block *block = blocks; block; block = block->next) {
		for (int i = 0; i < BLOCK_SLOTS; i++) {
			slot = (struct slot *)block->slots[i];
			result = slot->used ? visit(slot, argument) : 0;
			if (result)
				return result;
		}
	}
	return 0;
}

static int overlaps(const void *memory, size_t length, uint64_t start, uint64_t size)
{
	uint64_t own = (uint64_t)(uintptr_t)memory;

	return own < start + size && start < own + length;
}

int slot_touches(uint64_t start, uint64_t size)
{
	if (overlaps(first, sizeof(first), start, size))
		return 1;
	for (const struct block *block = blocks; block; block = block->next)
		if (overlaps(block, sizeof(*block), start, size))
			return 1;
	return 0;
}

static int forget(struct slot *slot, void *unused)
{
	(void)unused;
	slot->used = 0;
	return 0;
}

void slot_forget_all(void)
{
	slot_each(forget, NULL);
}
