/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan: from one address space to another, whatever lies in whose way. */
#include "restart/plan.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "rehearsal.h"

#define PAGE 4096UL
#define TB   (1UL << 40)

/* krg-resume as Linux 6.18 shows it, where addresses are not random. */
#define PROGRAM                                                                    \
	"555555554000-555555556000 r--p 00000000 fe:00 2471 /usr/bin/krg-resume\n" \
	"555555556000-555555570000 r-xp 00002000 fe:00 2471 /usr/bin/krg-resume\n" \
	"555555570000-555555574000 rw-p 0001c000 fe:00 2471 /usr/bin/krg-resume\n"
#define HEAP "555555574000-555555595000 rw-p 00000000 00:00 0      [heap]\n"
#define LIBRARIES                                            \
	"7ffff7d80000-7ffff7d83000 rw-p 00000000 00:00 0 \n" \
	"7ffff7d83000-7ffff7f60000 r-xp 00000000 fe:00 3328 /usr/lib/my libs/libc.so.6\n"
#define VDSO                                                                   \
	"7ffff7fc3000-7ffff7fc7000 r--p 00000000 00:00 0      [vvar]\n"        \
	"7ffff7fc7000-7ffff7fc9000 r--p 00000000 00:00 0      [vvar_vclock]\n" \
	"7ffff7fc9000-7ffff7fcb000 r-xp 00000000 00:00 0      [vdso]\n"
#define STACK    "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0      [stack]\n"
#define VSYSCALL "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n"

#define OWN      PROGRAM HEAP LIBRARIES VDSO STACK VSYSCALL
#define OWN_VDSO 0x7ffff7fc3000UL

/* The program's memory, made by has() and has_vdso_at() in the order of addresses. */
static struct region_ghost *regions;
static size_t count;
static struct rehearsal rehearsal;

static void begin(void)
{
	regions = calloc(8192, sizeof(*regions));
	cr_assert(regions);
}

static void end(void)
{
	rehearsal_end(&rehearsal);
	free(regions);
}

TestSuite(plan, .init = begin, .fini = end);

static void has(uint64_t start, uint64_t size)
{
	regions[count].start = start;
	regions[count].end = start + size;
	regions[count].type = REGION_ANONYMOUS;
	count++;
}

static void has_vdso_piece(uint64_t start, uint64_t size)
{
	has(start, size);
	regions[count - 1].type = REGION_VDSO;
}

static void has_vdso_at(uint64_t start)
{
	has_vdso_piece(start, 4 * PAGE);
	has_vdso_piece(start + 4 * PAGE, 2 * PAGE);
	has_vdso_piece(start + 6 * PAGE, 2 * PAGE);
}

static void check(const char *maps)
{
	int error = rehearse(&rehearsal, maps, regions, count);

	cr_assert_eq(error, 0, "%d: %s", error, rehearsal.error);
}

static void check_refused(const char *maps, int expected)
{
	int error = rehearse(&rehearsal, maps, regions, count);

	cr_assert_eq(error, expected, "%d: %s", error, rehearsal.error);
	cr_expect_str_not_empty(rehearsal.error);
}

static int moves(void)
{
	int found = 0;

	for (const char *at = rehearsal.steps; (at = strstr(at, "mremap ")); at++)
		found++;
	return found;
}

static int staged_at_home(size_t i)
{
	return rehearsal.plan.stage[i] == regions[i].start;
}

Test(plan, is_written_one_step_a_line)
{
	char expected[512];
	const struct plan_range *landing = &rehearsal.plan.landing;

	has(0x20000000000, PAGE);
	has_vdso_piece(0x30000000000, 2 * PAGE);
	check("10000000000-10000002000 r-xp 00000000 fe:00 1 /krg-resume\n"
	      "7ffff7fc9000-7ffff7fcb000 r-xp 00000000 00:00 0 [vdso]\n");
	cr_assert_lt(landing->end, 0x20000000000);
	snprintf(expected, sizeof(expected),
		 "munmap 0x0 0x%lx\n"
		 "munmap 0x%lx 0x%lx\n"
		 "munmap 0x20000001000 0x%lx\n"
		 "munmap 0x7ffff7fcb000 0x%llx\n"
		 "mremap 0x7ffff7fc9000 0x2000 -> 0x%lx\n"
		 "mremap 0x%lx 0x2000 -> 0x30000000000\n"
		 "prctl 0x23 0xe\n",
		 landing->start, landing->end, 0x20000000000 - landing->end,
		 0x7ffff7fc9000 - 0x20000001000, SPACE_END - 0x7ffff7fcb000,
		 rehearsal.plan.vdso_wait[0], rehearsal.plan.vdso_wait[0]);
	cr_expect_str_eq(rehearsal.steps, expected);
}

Test(plan, moves_without_changing_sizes)
{
	const struct landing_step *step;

	has(0x555555554000, 8 * PAGE);
	check(OWN);
	cr_assert_not(staged_at_home(0));
	step = &rehearsal.plan.steps[rehearsal.plan.step_count - 2];
	cr_expect_eq(step->nr, SYS_mremap);
	cr_expect_eq(step->argument[0], rehearsal.plan.stage[0]);
	cr_expect_eq(step->argument[1], 8 * PAGE);
	cr_expect_eq(step->argument[2], 8 * PAGE);
	cr_expect_eq(step->argument[3], MREMAP_MAYMOVE | MREMAP_FIXED);
	cr_expect_eq(step->argument[4], 0x555555554000);
	for (size_t i = 0; i < rehearsal.plan.step_count; i++)
		cr_expect_eq(rehearsal.plan.steps[i].may_fail, 0);
}

Test(plan, ends_with_the_layout_where_there_is_one)
{
	struct plan plan;

	has(0x400000, PAGE);
	for (uint64_t mm_map = 0; mm_map <= 0x12340; mm_map += 0x12340) {
		const struct landing_step *last;

		cr_assert_eq(plan_places(&plan, OWN, regions, count, 0), 0);
		cr_assert_eq(plan_steps(&plan, regions, mm_map, 104), 0);
		last = &plan.steps[plan.step_count - 1];
		cr_expect_eq(last->nr, mm_map ? SYS_prctl : SYS_munmap);
		cr_expect(!mm_map || (last->argument[2] == mm_map && last->argument[3] == 104));
		plan_free(&plan);
	}
}

Test(plan, leaves_at_home_what_is_in_nobodys_way)
{
	has(0x400000, 16 * PAGE);
	has(0x410000, 1000 * PAGE);
	has(0x5500aabbc000, 33 * PAGE);
	has(0x7f1234500000, 512 * PAGE);
	has_vdso_at(0x7f1234700000);
	has(0x7f1234708000, 5 * PAGE);
	has(0x7ffd00000000, 40 * PAGE);
	check(OWN);
	for (size_t i = 0; i < count; i++)
		cr_expect(regions[i].type == REGION_VDSO || staged_at_home(i), "number %zu", i);
	cr_expect_eq(moves(), 2 * 3, "each piece of the vDSO waits and goes home");
}

Test(plan, of_a_program_without_memory)
{
	check(OWN);
	cr_expect_eq(rehearsal.space.count, 1);
	cr_expect_eq(moves(), 0);
}

Test(plan, brings_home_what_was_in_the_way)
{
	static const struct plan_range in_the_way[] = {
		{ 0x555555554000, 0x555555556000 }, /* the same place */
		{ 0x555555553000, 0x555555555000 }, /* over an edge */
		{ 0x555555573000, 0x555555575000 }, /* over two */
		{ 0x555555550000, 0x5555555a0000 }, /* all around */
		{ 0x55555555a000, 0x55555555b000 }, /* inside */
		{ 0x555555595000, 0x555555596000 }, /* where the heap will grow */
		{ 0x7ffff7d82000, 0x7ffff7d84000 }, /* libraries */
		{ 0x7ffff7fc9000, 0x7ffff7fca000 }, /* the vDSO */
		{ 0x7ffffffde000, 0x7ffffffff000 }, /* the stack */
		{ 0x7fffff800000, 0x7fffff801000 }, /* where it will grow */
	};

	for (size_t i = 0; i < sizeof(in_the_way) / sizeof(in_the_way[0]); i++) {
		count = 0;
		has(in_the_way[i].start, in_the_way[i].end - in_the_way[i].start);
		check(OWN);
		cr_expect_not(staged_at_home(0), "number %zu", i);
		cr_expect_eq(moves(), 1, "number %zu", i);
		rehearsal_end(&rehearsal);
	}
}

Test(plan, touching_is_not_in_the_way)
{
	has(0x555555550000, 4 * PAGE);
	has(0x7ffff7d7f000, PAGE);
	has(0x7ffff7f60000, 0x63 * PAGE);
	check(OWN);
	cr_expect_eq(moves(), 0);
}

/* With ADDR_NO_RANDOMIZE in both, all of krg-resume is where the program was. */
Test(plan, for_a_program_with_the_same_addresses)
{
	uint64_t start, size;
	const char *line = OWN;

	for (; sscanf(line, "%lx-%lx", &start, &size) == 2; line = strchr(line, '\n') + 1) {
		size -= start;
		if (start == OWN_VDSO)
			has_vdso_at(start);
		else if (start < SPACE_END && (start < OWN_VDSO || start > OWN_VDSO + 7 * PAGE))
			has(start, size);
	}
	cr_assert_eq(count, 10);
	check(OWN);
	cr_expect_eq(moves(), 7 + 2 * 3);
}

Test(plan, moves_the_vdso_to_any_place)
{
	static const uint64_t homes[] = {
		OWN_VDSO,
		OWN_VDSO + PAGE,
		OWN_VDSO - PAGE,
		OWN_VDSO + 4 * PAGE,
		OWN_VDSO - 6 * PAGE,
		0x555555554000,
		0x7ffff7d83000,
		0x7fffff800000,
		0x100000,
	};

	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		count = 0;
		has(0x10000, PAGE);
		has_vdso_at(homes[i]);
		check(OWN);
		cr_expect_eq(moves(), 2 * 3, "number %zu", i);
		rehearsal_end(&rehearsal);
	}
}

Test(plan, exchanges_the_vdso_with_a_region)
{
	has_vdso_at(OWN_VDSO - 8 * PAGE);
	has(OWN_VDSO, 8 * PAGE);
	check(OWN);
	cr_expect_eq(moves(), 2 * 3 + 1);
}

Test(plan, moves_pieces_that_lie_apart)
{
	has_vdso_piece(0x1000000, 4 * PAGE);
	has_vdso_piece(OWN_VDSO + PAGE, 2 * PAGE);
	has(OWN_VDSO + 4 * PAGE, PAGE);
	has_vdso_piece(OWN_VDSO + 5 * PAGE, 2 * PAGE);
	check(OWN);
	cr_expect_eq(moves(), 2 * 3 + 1);
}

static void has_old_vdso_at(uint64_t start)
{
	has(start, 3 * PAGE);
	regions[count - 1].type = REGION_OLD_VDSO;
}

/* It needs as many pieces as this kernel's has, whatever the old one had. */
Test(plan, keeps_this_kernels_vdso_beside_another)
{
	has(0x400000, PAGE);
	has_old_vdso_at(0x7f1234700000);
	check(OWN);
	cr_expect_eq(moves(), 3);
	cr_expect_eq(rehearsal.plan.vdso_count, 3);
	cr_expect_eq(rehearsal.plan.vdso_code, 2);
	cr_expect_geq(rehearsal.plan.vdso_home[0], 0x7e0000000000);
	rehearsal_end(&rehearsal);
	check(PROGRAM HEAP STACK);
	cr_expect_eq(rehearsal.plan.vdso_count, 0);
}

/* As after several kernels: what an earlier one left there is in the way. */
Test(plan, keeps_the_vdso_apart_from_all_others)
{
	has(0x7e0000000000, 20 * PAGE);
	has_old_vdso_at(0x7e0000020000);
	check(OWN);
	cr_expect_geq(rehearsal.plan.vdso_home[0], 0x7e0000023000);
}

Test(plan, brings_another_vdso_to_where_this_kernels_was)
{
	has_old_vdso_at(OWN_VDSO + 5 * PAGE);
	check(OWN);
	cr_expect_eq(moves(), 3 + 1);
}

Test(plan, keeps_the_vdso_low_where_there_is_no_room_above)
{
	has(0x7dffffff0000, 0x1ffffff00000);
	regions[0].end = 0x7ffff7000000;
	has_old_vdso_at(0x7ffff7000000);
	check("7ffff7010000-7ffff7014000 r--p 00000000 00:00 0 [vvar]\n"
	      "7ffff7014000-7ffff7016000 r-xp 00000000 00:00 0 [vdso]\n"
	      "7ffff7016000-7fffffff0000 rw-p 00000000 00:00 0 \n");
	cr_expect_lt(rehearsal.plan.vdso_home[0], 0x7e0000000000);
}

Test(plan, for_a_program_without_a_vdso)
{
	has(0x400000, PAGE);
	has(OWN_VDSO, PAGE);
	check(OWN);
	cr_expect_eq(moves(), 1);
	cr_expect_eq(rehearsal.plan.vdso_count, 0);
}

Test(plan, for_a_kernel_without_a_vdso)
{
	has(0x400000, PAGE);
	check(PROGRAM HEAP STACK);
	rehearsal_end(&rehearsal);
	has_vdso_at(0x500000);
	check_refused(PROGRAM HEAP STACK, -ENOEXEC);
}

Test(plan, refuses_a_vdso_of_another_size)
{
	has_vdso_piece(0x500000, 4 * PAGE);
	has_vdso_piece(0x504000, 2 * PAGE);
	has_vdso_piece(0x506000, PAGE);
	check_refused(OWN, -ENOEXEC);
}

Test(plan, refuses_a_vdso_with_fewer_pieces)
{
	has_vdso_piece(0x500000, 4 * PAGE);
	has_vdso_piece(0x504000, 2 * PAGE);
	check_refused(OWN, -ENOEXEC);
}

Test(plan, refuses_a_vdso_with_more_pieces)
{
	has_vdso_at(0x500000);
	has_vdso_piece(0x508000, PAGE);
	check_refused(OWN, -ENOEXEC);
}

Test(plan, refuses_a_kernel_with_more_pieces_than_known)
{
	static const char line[] = "7ffff7fc%c000-7ffff7fc%c800 r--p 00000000 00:00 0 [vvar]\n";
	char maps[1024] = PROGRAM;

	for (char c = '3'; c <= '7'; c++)
		snprintf(maps + strlen(maps), sizeof(maps) - strlen(maps), line, c, c);
	check_refused(maps, -E2BIG);
}

Test(plan, refuses_maps_that_are_none)
{
	check_refused(PROGRAM "Rss: 12 kB\n" STACK, -EINVAL);
}

Test(plan, of_a_sanitizers_terabytes)
{
	has(0x7fff7000, 0x10000000);
	has(0x8fff7000, 2 * TB);
	has(0x02008fff7000, 0x0dfff0001000);
	has(0x600000000000, 4 * TB);
	check(OWN);
	cr_expect_eq(moves(), 0);
}

Test(plan, stages_terabytes_elsewhere)
{
	has(0x555555554000 - 8 * TB, 16 * TB);
	has(0x7ffff7d80000 - 12 * TB, 13 * TB - (PAGE << 20));
	regions[1].end = 0x7fffff000000;
	check(OWN);
	cr_expect_eq(moves(), 2);
}

Test(plan, finds_no_place_for_most_of_the_address_space)
{
	has(0x400000, PAGE);
	has(0x100000000000, 80 * TB);
	check_refused(OWN, -ENOMEM);
}

Test(plan, finds_no_place_for_itself)
{
	has(0x100000000, 0x7fff00000000 - 0x100000000);
	check_refused("7fff00000000-7ffffffff000 rw-p 00000000 00:00 0 \n", -ENOMEM);
}

Test(plan, finds_the_last_gap_that_is_left)
{
	const uint64_t gap = 200 * PAGE;

	has(0x100000000, 0x7fff00000000 - 0x100000000);
	has(0x7fff00000000 + gap, PAGE);
	check("7fff000c9000-7ffffffff000 rw-p 00000000 00:00 0 \n");
	cr_expect_geq(rehearsal.plan.landing.start, 0x7fff00000000);
	cr_expect_leq(rehearsal.plan.landing.end, 0x7fff00000000 + gap);
}

Test(plan, of_thousands_of_regions)
{
	for (uint64_t i = 0; i < 4000; i++)
		has(0x10000000 + i * 3 * PAGE, 2 * PAGE);
	has_vdso_at(0x555555554000);
	for (uint64_t i = 0; i < 4000; i++)
		has(0x7ffff7000000 + i * 2 * PAGE, PAGE + i % 2 * PAGE);
	check(OWN);
	cr_expect_gt(moves(), 100);
	cr_expect_lt(moves(), 1000);
}

Test(plan, of_thousands_of_regions_in_the_way)
{
	for (uint64_t i = 0; i < 4000; i++)
		has(0x200000000000 + i * 2 * PAGE, PAGE);
	check("200000001000-200100000000 r--p 00000000 fe:00 1 /a/large/file\n" OWN);
	cr_expect_eq(moves(), 3999);
}
