/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The address space: lines as kernels have written them. */
#include "shim/maps.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "ghost/kind/region.h"

static struct mapping mapping;

static void parse(const char *line)
{
	memset(&mapping, '#', sizeof(mapping));
	cr_assert(maps_is_start(line), "%s", line);
	cr_assert_eq(maps_parse_start(line, &mapping), 0, "%s", line);
}

Test(maps, a_line_with_everything_in_it)
{
	parse("7f4cbc6cb000-7f4cbc71e000 r-xp 0017c000 fe:02 332835                     "
	      "/usr/lib/x86_64-linux-gnu/libc.so.6");
	cr_expect_eq(mapping.start, 0x7f4cbc6cb000);
	cr_expect_eq(mapping.end, 0x7f4cbc71e000);
	cr_expect_eq(mapping.prot, PROT_READ | PROT_EXEC);
	cr_expect_eq(mapping.offset, 0x17c000);
	cr_expect_eq(mapping.device, makedev(0xfe, 2));
	cr_expect_eq(mapping.inode, 332835);
	cr_expect_str_eq(mapping.path, "/usr/lib/x86_64-linux-gnu/libc.so.6");
	cr_expect_not(mapping.shared || mapping.deleted || mapping.special || mapping.userfault);
	cr_expect_eq(mapping.flags, 0);
	cr_expect_eq(mapping.swapped, 0);
}

Test(maps, large_numbers)
{
	parse("00400000-ffffffffff601000 ---s 7ffffffffffff000 fffff:fffff "
	      "18446744073709551615 /x");
	cr_expect_eq(mapping.start, 0x400000);
	cr_expect_eq(mapping.end, 0xffffffffff601000);
	cr_expect_eq(mapping.prot, PROT_NONE);
	cr_expect(mapping.shared);
	cr_expect_eq(mapping.offset, 0x7ffffffffffff000);
	cr_expect_eq(mapping.device, makedev(0xfffff, 0xfffff));
	cr_expect_eq(mapping.inode, UINT64_MAX);
}

/* The kernel pads the name to column 73, and writes none for plain memory. */
Test(maps, names)
{
	static const struct {
		const char *text, *path;
		int deleted;
	} names[] = {
		{ "00:00 0 ", "", 0 },
		{ "00:00 0", "", 0 },
		{ "00:00 0                          [heap]", "[heap]", 0 },
		{ "00:00 0                          [stack]", "[stack]", 0 },
		{ "00:00 0                          [stack:1234]", "[stack:1234]", 0 },
		{ "00:00 0                          [vvar_vclock]", "[vvar_vclock]", 0 },
		{ "00:00 0  [anon:glibc: malloc arena]", "[anon:glibc: malloc arena]", 0 },
		{ "00:00 0  [anon:x y]", "[anon:x y]", 0 },
		{ "00:01 12 [anon_shmem:a b]", "[anon_shmem:a b]", 0 },
		{ "fe:00 7  /with spaces  in/it ", "/with spaces  in/it ", 0 },
		{ "fe:00 7  /lib.so (deleted)", "/lib.so", 1 },
		{ "00:01 1031 /memfd:a b (deleted)", "/memfd:a b", 1 },
		{ "00:01 1029 /dev/zero (deleted)", "/dev/zero", 1 },
		{ "00:01 32768 /SYSV0000162e (deleted)", "/SYSV0000162e", 1 },
		{ "fe:00 7  /x (deleted) (deleted)", "/x (deleted)", 1 },
		{ "fe:00 7  /x(deleted)", "/x(deleted)", 0 },
		{ "fe:00 7  /x (deleted)y", "/x (deleted)y", 0 },
		{ "fe:00 7  /two\\012lines", "/two\nlines", 0 },
		{ "fe:00 7  /\\012", "/\n", 0 },
		{ "fe:00 7  /a\\012 (deleted)", "/a\n", 1 },
		{ "fe:00 7  /back\\slash\\01", "/back\\slash\\01", 0 },
		{ "00:0f 2051 anon_inode:[perf_event]", "anon_inode:[perf_event]", 0 },
		{ "fe:00 7  /\xc3\xa9t\xc3\xa9", "/\xc3\xa9t\xc3\xa9", 0 },
	};
	char line[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(line, sizeof(line), "7f0000000000-7f0000001000 rw-p 00000000 %s",
			 names[i].text);
		parse(line);
		cr_expect_str_eq(mapping.path, names[i].path, "%s", line);
		cr_expect_eq(mapping.deleted, names[i].deleted, "%s", line);
	}
}

Test(maps, names_that_are_too_long_are_cut)
{
	static char line[2 * KIND_PATH];
	int length = sprintf(line, "1000-2000 rw-p 00000000 fe:00 7 /");

	memset(line + length, 'x', sizeof(line) - (size_t)length - 1);
	parse(line);
	cr_expect_eq(strlen(mapping.path), KIND_PATH - 1);
}

Test(maps, what_is_no_line_is_refused)
{
	static const char *const lines[] = {
		"",
		"-",
		"1000",
		"1000-",
		"1000-2000",
		"1000-2000 ",
		"1000-2000 r--p",
		"1000 2000 r--p 00000000 00:00 0 ",
		"1000-2000r--p 00000000 00:00 0 ",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_expect_eq(maps_parse_start(lines[i], &mapping), -EINVAL, "%s", lines[i]);
}

/* Each as long as its memory, so that a sanitizer sees who reads on. */
Test(maps, lines_cut_short_are_refused)
{
	static const char line[] = "1000-2000 r--p 00000000 fe:00 7";

	for (size_t length = strlen("1000-2000 r--p "); length < sizeof(line) - 2; length++) {
		char *cut = strndup(line, length);

		cr_expect_eq(maps_parse_start(cut, &mapping), -EINVAL, "%s", cut);
		free(cut);
	}
}

Test(maps, details_are_told_from_mappings)
{
	static const char *const details[] = {
		"Size:                  8 kB",
		"KernelPageSize:        4 kB",
		"Rss:                   8 kB",
		"FilePmdMapped:         0 kB",
		"Anonymous:             0 kB",
		"THPeligible:           0",
		"ProtectionKey:         0",
		"VmFlags: rd mr mw me ",
		"",
	};

	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		cr_expect_not(maps_is_start(details[i]), "%s", details[i]);
	cr_expect(maps_is_start("00400000-00401000 r--p 00000000 fe:00 7 /x"));
	cr_expect(maps_is_start("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 "));
}

static uint32_t flags_of(const char *line)
{
	memset(&mapping, 0, sizeof(mapping));
	maps_parse_detail(line, &mapping);
	return mapping.flags;
}

/* Linux 4.9, 5.10, 6.1, 6.18; with the blank at the end and without. */
Test(maps, flags_of_several_kernels)
{
	cr_expect_eq(flags_of("VmFlags: rd ex mr mw me dw sd "), REGION_SHARED_WRITE);
	cr_expect_eq(flags_of("VmFlags: rd wr mr mw me dw ac sd"), REGION_SHARED_WRITE);
	cr_expect_eq(flags_of("VmFlags: rd wr mr mw me gd ac "),
		     REGION_SHARED_WRITE | REGION_GROWSDOWN);
	cr_expect_eq(flags_of("VmFlags: rd mr me sr rr dc dd nr lo lf "),
		     REGION_SEQUENTIAL | REGION_RANDOM | REGION_DONTFORK | REGION_DONTDUMP |
			     REGION_NORESERVE | REGION_LOCKED | REGION_LOCK_ON_FAULT);
	cr_expect_eq(flags_of("VmFlags: rd sh mr ms de ht hg nh mg wf"),
		     REGION_HUGETLB | REGION_HUGEPAGE | REGION_NOHUGEPAGE | REGION_MERGEABLE |
			     REGION_WIPEONFORK);
	cr_expect_eq(flags_of("VmFlags: "), 0);
	cr_expect_eq(flags_of("VmFlags: ?? zz gd x"), REGION_GROWSDOWN);
}

Test(maps, memory_that_is_none)
{
	flags_of("VmFlags: rd mr pf io de dd sd ");
	cr_expect(mapping.special);
	flags_of("VmFlags: rd io ");
	cr_expect(mapping.special);
	flags_of("VmFlags: rd wr mr mw me ac sd ");
	cr_expect_not(mapping.special || mapping.userfault);
	flags_of("VmFlags: rd wr mr mw me um ");
	cr_expect(mapping.userfault && !mapping.special);
	flags_of("VmFlags: rd wr mr mw me uw ui ");
	cr_expect(mapping.userfault);
}

Test(maps, other_details)
{
	flags_of("Swap:               1284 kB");
	cr_expect_eq(mapping.swapped, 1284);
	flags_of("SwapPss:              12 kB");
	cr_expect_eq(mapping.swapped, 0);
	cr_expect_eq(flags_of("Locked:               12 kB"), 0);
}

Test(maps, keys_and_shadow_stacks)
{
	flags_of("ProtectionKey:         0");
	cr_expect_eq(mapping.key, 0);
	flags_of("ProtectionKey:        15");
	cr_expect_eq(mapping.key, 15);
	flags_of("VmFlags: rd wr mr mw me ac ss ");
	cr_expect(mapping.shadow_stack);
	flags_of("VmFlags: rd wr mr mw me ac sd ");
	cr_expect_not(mapping.shadow_stack);
}
