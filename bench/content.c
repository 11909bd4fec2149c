/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory as programs have it: text, records with pointers, noise, zeros, and nothing at all. */
#include "content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WORDS (PIECE / sizeof(uint64_t))
#define PAGE_WORDS (4096 / sizeof(uint64_t))
#define VOCABULARY 4096
#define TEMPLATES 8	/* of each sort, so that filling is as fast as copying */

enum sort { TEXT, RECORDS, NOISE, ZEROS, UNTOUCHED, SORTS };

static const enum sort order[10] = {
	TEXT, RECORDS, TEXT, RECORDS, NOISE, TEXT, RECORDS, NOISE, ZEROS, UNTOUCHED,
};

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* xorshift64* */
static uint64_t random_word(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1d;
}

static void make_vocabulary(char vocabulary[VOCABULARY][12])
{
	for (int i = 0; i < VOCABULARY; i++) {
		int length = 2 + (int)(random_word() % 9);

		for (int at = 0; at < length; at++)
			vocabulary[i][at] = "etaoinshrdlucmfwypvbgkqjxz"[random_word() % 26 *
									 (random_word() % 26) / 26];
		vocabulary[i][length] = '\0';
	}
}

/* Words that are used the more often the further in front they stand, and phrases
 * that come again. */
static void make_text(unsigned char *piece)
{
	static char vocabulary[VOCABULARY][12];
	size_t at = 0;

	if (!vocabulary[0][0])
		make_vocabulary(vocabulary);
	while (at < PIECE - 256) {
		uint64_t chance = random_word();
		uint64_t limit = VOCABULARY >> (chance % 11);
		size_t back = 256 + (chance >> 8) % 16384, length = (chance >> 32) % 128;

		if (chance >> 60 < 2 && at > back) {
			memcpy(piece + at, piece + at - back, length);
			at += length;
		} else {
			at += (size_t)sprintf((char *)piece + at, "%s ",
					      vocabulary[(chance >> 8) % limit]);
		}
	}
}

struct record {
	uint64_t next, owner, count, flags;
	double value;
	uint64_t name[3];
};

/* Objects of a heap: pointers near each other, small numbers, a measured value. */
static void make_records(unsigned char *piece)
{
	struct record *records = (struct record *)piece;

	for (size_t i = 0; i < PIECE / sizeof(*records); i++) {
		uint64_t chance = random_word();

		records[i] = (struct record){
			.next = 0x7f3a5c000000 + (i + 1 + chance % 8) * sizeof(*records),
			.owner = 0x55d0c8e00000 + (chance >> 8) % 64 * 32,
			.count = (chance >> 20) % 16,
			.flags = 0x100000001 << (chance >> 28) % 3,
			.value = (double)((chance >> 32) % 512),
			.name = { 0x6d6f7274636e7566, (chance >> 52) % 4, 0 },
		};
	}
}

static void make_noise(unsigned char *piece)
{
	uint64_t *words = (uint64_t *)piece;

	for (size_t i = 0; i < WORDS; i++)
		words[i] = random_word();
}

static unsigned char *make_templates(void)
{
	unsigned char *templates = calloc(NOISE + 1, TEMPLATES * PIECE);

	for (size_t i = 0; templates && i < TEMPLATES; i++) {
		make_text(templates + (TEXT * TEMPLATES + i) * PIECE);
		make_records(templates + (RECORDS * TEMPLATES + i) * PIECE);
		make_noise(templates + (NOISE * TEMPLATES + i) * PIECE);
	}
	return templates;
}

static void make_piece(unsigned char *memory, size_t piece, const unsigned char *templates)
{
	enum sort sort = order[piece % 10];
	uint64_t *words = (uint64_t *)(memory + piece * PIECE);

	if (sort == UNTOUCHED)
		return;
	if (sort == ZEROS) {
		memset(words, 0, PIECE);
		return;
	}
	memcpy(words, templates + (sort * TEMPLATES + piece / 10 % TEMPLATES) * PIECE, PIECE);
	for (size_t at = 0; at < WORDS; at += PAGE_WORDS)
		words[at] = piece * WORDS + at;
}

unsigned char *content_make(size_t pieces)
{
	unsigned char *templates = make_templates();
	unsigned char *memory = mmap(NULL, pieces * PIECE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (!templates || memory == MAP_FAILED)
		return NULL;
	for (size_t i = 0; i < pieces; i++)
		make_piece(memory, i, templates);
	free(templates);
	return memory;
}

int content_holds_data(size_t piece)
{
	return order[piece % 10] < ZEROS;
}

uint64_t content_sum(const unsigned char *memory, size_t pieces)
{
	const uint64_t *words = (const uint64_t *)memory;
	uint64_t sum = 0;

	for (size_t i = 0; i < pieces * WORDS; i++)
		sum += words[i] * (2 * i + 1);
	return sum;
}

uint64_t content_change(unsigned char *memory, size_t word, uint64_t value)
{
	uint64_t *words = (uint64_t *)memory;
	uint64_t difference = (value - words[word]) * (2 * word + 1);

	words[word] = value;
	return difference;
}
