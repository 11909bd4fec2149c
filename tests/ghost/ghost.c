/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ghost_t: which way bytes go, and that the first error is the one that stays. */
#include "ghost/ghost.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "ghost/medium.h"

static unsigned char bytes[8];
static struct medium_memory memory;
static ghost_t ghost;

static void go(enum ghost_way way)
{
	medium_memory_read(&memory, bytes, sizeof(bytes));
	ghost_open(&ghost, way, GHOST_MIGRATION, &memory.medium);
}

Test(ghost, opens_without_an_error)
{
	go(GHOST_LEAVING);
	cr_expect_eq(ghost.error, 0);
	cr_expect_eq(ghost.aim, GHOST_MIGRATION);
	cr_expect_not(ghost_arriving(&ghost));
	go(GHOST_ARRIVING);
	cr_expect(ghost_arriving(&ghost));
}

Test(ghost, bytes_go_the_way_of_the_ghost)
{
	char word[4] = "abc", back[4];

	go(GHOST_LEAVING);
	cr_expect_eq(ghost_bytes(&ghost, word, sizeof(word)), 0);
	cr_expect_str_eq((char *)bytes, "abc");
	go(GHOST_ARRIVING);
	cr_expect_eq(ghost_bytes(&ghost, back, sizeof(back)), 0);
	cr_expect_str_eq(back, "abc");
}

Test(ghost, the_first_error_stays)
{
	go(GHOST_LEAVING);
	cr_expect_eq(ghost_fail(&ghost, -ENOSPC), -ENOSPC);
	cr_expect_eq(ghost_fail(&ghost, -EIO), -ENOSPC);
	cr_expect_eq(ghost.error, -ENOSPC);
}

Test(ghost, nothing_leaves_after_an_error)
{
	go(GHOST_LEAVING);
	ghost_fail(&ghost, -EIO);
	cr_expect_eq(ghost_bytes(&ghost, "abc", 3), -EIO);
	cr_expect_eq(memory.position, 0);
}

Test(ghost, zeros_arrive_after_an_error)
{
	char word[4] = "abc";

	go(GHOST_ARRIVING);
	ghost_fail(&ghost, -EIO);
	cr_expect_eq(ghost_bytes(&ghost, word, sizeof(word)), -EIO);
	cr_expect(!memcmp(word, "\0\0\0\0", 4));
	cr_expect_eq(memory.position, 0);
}

Test(ghost, errors_of_the_medium_stay)
{
	char words[16];

	go(GHOST_ARRIVING);
	memset(words, '#', sizeof(words));
	cr_expect_eq(ghost_bytes(&ghost, words, sizeof(words)), -EBADMSG);
	cr_expect_eq(words[0], 0);
	cr_expect_eq(ghost_bytes(&ghost, words, 1), -EBADMSG, "although one byte would be there");
}
