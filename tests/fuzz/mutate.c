/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breaks a file in ways that have broken readers before; the same way for the same seed. */
#include "mutate.h"

#include <string.h>

struct mutant {
	unsigned char *bytes;
	size_t size, room;
	uint64_t state;
};

/* SplitMix64: neighbouring seeds give unrelated numbers. */
static uint64_t draw(struct mutant *mutant)
{
	uint64_t z = mutant->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t below(struct mutant *mutant, size_t limit)
{
	return limit ? draw(mutant) % limit : 0;
}

static void flip_bit(struct mutant *mutant, size_t at)
{
	mutant->bytes[at] ^= (unsigned char)(1U << below(mutant, 8));
}

/* A number at an edge, or near the one that was there. */
static void set_number(struct mutant *mutant, size_t at)
{
	static const uint64_t edges[] = {
		0,          1,          4095,           4096,
		4097,       1U << 20,   (1U << 20) + 1, INT32_MAX,
		1ULL << 31, UINT32_MAX, 1ULL << 32,     1ULL << 47,
		1ULL << 56, INT64_MAX,  1ULL << 63,     UINT64_MAX - 4095,
		UINT64_MAX,
	};
	size_t width = (size_t)1 << below(mutant, 4), choice = below(mutant, 24);
	uint64_t value = 0;

	if (at + width > mutant->size)
		return;
	memcpy(&value, mutant->bytes + at, width);
	if (choice < sizeof(edges) / sizeof(edges[0]))
		value = edges[choice];
	else
		value += below(mutant, 64) - 32;
	memcpy(mutant->bytes + at, &value, width);
}

static void copy_range(struct mutant *mutant, size_t at)
{
	size_t from = below(mutant, mutant->size), length = 1 + below(mutant, 256);

	if (from + length <= mutant->size && at + length <= mutant->size)
		memmove(mutant->bytes + at, mutant->bytes + from, length);
}

static void remove_range(struct mutant *mutant, size_t at)
{
	size_t length = 1 + below(mutant, 128);

	if (at + length > mutant->size)
		return;
	memmove(mutant->bytes + at, mutant->bytes + at + length, mutant->size - at - length);
	mutant->size -= length;
}

static void repeat_range(struct mutant *mutant, size_t at)
{
	size_t length = 1 + below(mutant, 128);

	if (at + length > mutant->size || mutant->size + length > mutant->room)
		return;
	memmove(mutant->bytes + at + length, mutant->bytes + at, mutant->size - at);
	mutant->size += length;
}

static void cut(struct mutant *mutant, size_t at)
{
	if (!below(mutant, 8))
		mutant->size = at;
}

size_t mutate(unsigned char *bytes, size_t size, size_t room, uint64_t seed,
	      const struct mutate_section *sections, size_t count)
{
	static void (*const ways[])(struct mutant *, size_t) = {
		flip_bit,   flip_bit,     set_number,   set_number, set_number,
		copy_range, remove_range, repeat_range, cut,
	};
	struct mutant mutant = { bytes, size, room, seed };
	size_t times = 1 + below(&mutant, 4);

	while (times-- && mutant.size) {
		const struct mutate_section *section = &sections[below(&mutant, count)];
		size_t at = section->offset + below(&mutant, section->size);

		if (at < mutant.size)
			ways[below(&mutant, sizeof(ways) / sizeof(ways[0]))](&mutant, at);
	}
	return mutant.size;
}
