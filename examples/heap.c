/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The heap: brk goes on growing where it was, malloc knows all its blocks. */
#include <malloc.h>

#include "check.h"

#define BLOCKS 2000

struct block {
	unsigned char *data;
	size_t size;
	unsigned char content;
};

static struct block blocks[BLOCKS];
static uint64_t dice = 12345;

static void renew(struct block *block, size_t largest)
{
	block->size = check_random(&dice) % largest + 1;
	block->content = (unsigned char)check_random(&dice);
	block->data = realloc(block->data, block->size);
	CHECK(block->data, "realloc");
	memset(block->data, block->content, block->size);
}

static void verify(const struct block *block)
{
	for (size_t i = 0; i < block->size; i++)
		CHECK(block->data[i] == block->content, "block %ld byte %zu is %d, not %d",
		      (long)(block - blocks), i, block->data[i], block->content);
}

static void verify_all(void)
{
	for (int i = 0; i < BLOCKS; i++)
		verify(&blocks[i]);
}

int main(void)
{
	char *end, *start = sbrk(0);

	/* Everything below 1 MiB from brk, larger blocks from mmap. */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	for (int i = 0; i < BLOCKS; i++)
		renew(&blocks[i], 2000);
	check_ready();
	while (!check_told()) {
		struct block *block = &blocks[check_random(&dice) % BLOCKS];

		verify(block);
		renew(block, check_random(&dice) % 500 ? 3000 : 3 << 20);
	}
	verify_all();
	end = sbrk(0);
	CHECK(end > start, "brk went from %p to %p", (void *)start, (void *)end);
	for (int i = 0; i < BLOCKS; i += 3)
		renew(&blocks[i], 20000);
	CHECK(sbrk(0) != end, "brk did not grow");
	verify_all();
	CHECK_IS(sbrk(8192) == (void *)-1, 0);
	memset((char *)sbrk(0) - 8192, 1, 8192);
	CHECK_IS(sbrk(-8192) == (void *)-1, 0);
	for (int i = 0; i < BLOCKS; i++)
		free(blocks[i].data);
	return check_passed();
}
