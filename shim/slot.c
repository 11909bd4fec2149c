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

/* The one root besides the anchor: a list that only grows. */
static struct block *blocks;

static struct slot *take_from(struct block *block, uint32_t tid)
{
	for (int i = 0; i < BLOCK_SLOTS; i++) {
		struct slot *slot = (struct slot *)block->slots[i];
		uint32_t free_mark = 0;

		if (__atomic_compare_exchange_n(&slot->used, &free_mark, tid, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
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

struct slot *slot_take(uint32_t tid)
{
	struct block *block = __atomic_load_n(&blocks, __ATOMIC_ACQUIRE);
	struct slot *slot;

	for (; block; block = block->next) {
		slot = take_from(block, tid);
		if (slot)
			break;
	}
	if (!block) {
		block = add_block();
		if (!block)
			return NULL;
		/* Others may fill the new block at once; then this thread maps another. */
		slot = take_from(block, tid);
		if (!slot)
			return slot_take(tid);
	}
	memset((char *)slot + sizeof(slot->used), 0, sizeof(*slot) - sizeof(slot->used));
	slot->tid = tid;
	return slot;
}

int slot_each(int (*visit)(struct slot *slot, void *argument), void *argument)
{
	for (struct block *block = blocks; block; block = block->next) {
		for (int i = 0; i < BLOCK_SLOTS; i++) {
			struct slot *slot = (struct slot *)block->slots[i];
			int result = slot->used ? visit(slot, argument) : 0;

			if (result)
				return result;
		}
	}
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
