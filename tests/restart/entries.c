/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An old vDSO's functions, led to another one's or to the kernel: this kernel's vDSO is both. */
#include "restart/entries.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define FAR  0x123456789000UL

static struct entries_library own;

/* The size is that of what is loaded, in whole pages. */
static void learn_own(void)
{
	const Elf64_Phdr *segment;

	own.data = (unsigned char *)getauxval(AT_SYSINFO_EHDR);
	cr_assert(own.data);
	segment = (const Elf64_Phdr *)(own.data + ((const Elf64_Ehdr *)own.data)->e_phoff);
	cr_assert_eq(segment->p_type, PT_LOAD);
	own.size = (segment->p_memsz + PAGE - 1) & ~(PAGE - 1);
}

TestSuite(entries, .init = learn_own);

/* A copy that may be written and executed; pages that are not there follow. */
static struct entries_library copy_of(const struct entries_library *library)
{
	unsigned char *memory = mmap(NULL, library->size + PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(memory, MAP_FAILED);
	cr_assert_eq(mprotect(memory + library->size, PAGE, PROT_NONE), 0);
	memcpy(memory, library->data, library->size);
	return (struct entries_library){ memory, library->size };
}

static Elf64_Phdr *segment_of(const struct entries_library *library, uint32_t type)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)library->data;
	Elf64_Phdr *segment = (Elf64_Phdr *)(library->data + header->e_phoff);

	while (segment->p_type != type)
		segment++;
	return segment;
}

static Elf64_Dyn *dynamic_of(const struct entries_library *library, int64_t tag)
{
	Elf64_Dyn *entry =
		(Elf64_Dyn *)(library->data + segment_of(library, PT_DYNAMIC)->p_offset);

	while (entry->d_tag != tag)
		entry++;
	return entry;
}

static Elf64_Sym *symbol_of(const struct entries_library *library, const char *name)
{
	Elf64_Sym *symbol = (Elf64_Sym *)(library->data + dynamic_of(library, DT_SYMTAB)->d_un.d_ptr);
	char *names = (char *)library->data + dynamic_of(library, DT_STRTAB)->d_un.d_ptr;

	while (strcmp(names + symbol->st_name, name))
		symbol++;
	return symbol;
}

static void *function_of(const struct entries_library *library, const char *name)
{
	return library->data + symbol_of(library, name)->st_value;
}

/* Both names of a function become others of the same length. */
static void rename_function(const struct entries_library *library, const char *name)
{
	char *names = (char *)library->data + dynamic_of(library, DT_STRTAB)->d_un.d_ptr;
	uint32_t plain = symbol_of(library, name)->st_name;
	char full[64];

	snprintf(full, sizeof(full), "__vdso_%s", name);
	/* One may be the end of the other. */
	names[symbol_of(library, full)->st_name + 8] = '?';
	names[plain + 1] = '?';
}

/* The functions tell what the kernel tells. */
static void check_functions(const struct entries_library *library)
{
	int (*clock)(clockid_t, struct timespec *) = function_of(library, "__vdso_clock_gettime");
	int (*resolution)(clockid_t, struct timespec *) = function_of(library, "clock_getres");
	int (*day)(struct timeval *, void *) = function_of(library, "gettimeofday");
	long (*seconds)(time_t *) = function_of(library, "__vdso_time");
	long (*cpu)(unsigned int *, unsigned int *, void *) = function_of(library, "__vdso_getcpu");
	struct timespec before, now, after, step;
	unsigned int number = 12345, node = 12345;
	struct timeval time_of_day;

	for (int i = 0; i < 1000; i++) {
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &before);
		cr_assert_eq(clock(CLOCK_MONOTONIC, &now), 0);
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &after);
		cr_assert(now.tv_sec >= before.tv_sec && now.tv_sec <= after.tv_sec);
	}
	cr_expect_eq(clock(4711, &now), -EINVAL);
	cr_expect_eq(resolution(CLOCK_REALTIME, &step), 0);
	cr_expect(step.tv_sec == 0 && step.tv_nsec > 0);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	cr_expect_eq(day(&time_of_day, NULL), 0);
	cr_expect(time_of_day.tv_sec - now.tv_sec <= 1);
	cr_expect(seconds(NULL) - now.tv_sec <= 1 && now.tv_sec - seconds(NULL) <= 1);
	cr_expect_eq(cpu(&number, &node, NULL), 0);
	cr_expect_lt(number, 12345);
	cr_expect_lt(node, 12345);
}

static void check_random(const struct entries_library *library)
{
	long (*random)(void *, size_t, unsigned int, void *, size_t) =
		function_of(library, "__vdso_getrandom");
	unsigned char bytes[32] = { 0 }, none[32] = { 0 }, question[64];

	cr_expect_eq(random(NULL, 0, 0, question, ~0UL), -ENOSYS);
	cr_expect_eq(random(bytes, sizeof(bytes), 0, question, sizeof(question)), sizeof(bytes));
	cr_expect_arr_neq(bytes, none, sizeof(bytes));
}

Test(entries, lead_to_the_other_library)
{
	struct entries_library old = copy_of(&own);

	cr_assert_eq(entries_lead(old, own, (uint64_t)(uintptr_t)own.data), 0);
	check_functions(&old);
	cr_expect_arr_eq(function_of(&old, "__vdso_getcpu"), "\xff\x25\0\0\0\0", 6);
	cr_expect_eq(memcmp(old.data, own.data, sizeof(Elf64_Ehdr)), 0);
}

/* Twice moved: from an old one through one that was led on itself. */
Test(entries, lead_on_through_several)
{
	struct entries_library first = copy_of(&own), second = copy_of(&own);

	cr_assert_eq(entries_lead(first, second, (uint64_t)(uintptr_t)second.data), 0);
	cr_assert_eq(entries_lead(second, own, (uint64_t)(uintptr_t)own.data), 0);
	check_functions(&first);
}

Test(entries, lead_to_where_the_other_will_be)
{
	struct entries_library old = copy_of(&own);
	uint64_t target;

	cr_assert_eq(entries_lead(old, own, FAR), 0);
	memcpy(&target, (char *)function_of(&old, "time") + 6, sizeof(target));
	cr_expect_eq(target, FAR + symbol_of(&own, "time")->st_value);
}

Test(entries, call_the_kernel_where_there_is_no_library)
{
	struct entries_library old = copy_of(&own);

	cr_assert_eq(entries_lead(old, (struct entries_library){ NULL, 0 }, 0), 0);
	check_functions(&old);
}

Test(entries, call_the_kernel_where_one_is_missing)
{
	static const char *const names[] = { "clock_gettime", "gettimeofday", "clock_getres", "getcpu",
					     "time" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct entries_library old = copy_of(&own), here = copy_of(&own);

		rename_function(&here, names[i]);
		cr_assert_eq(entries_lead(old, here, (uint64_t)(uintptr_t)own.data), 0);
		cr_expect_arr_eq(function_of(&old, names[i]), "\xb8", 1, "%s", names[i]);
		check_functions(&old);
	}
}

/* Nobody knows what it would do. */
Test(entries, that_nobody_has_are_not_there)
{
	struct entries_library old = copy_of(&own);
	long (*unknown)(void) = function_of(&old, "getcpu");

	rename_function(&old, "getcpu");
	cr_assert_eq(entries_lead(old, own, (uint64_t)(uintptr_t)own.data), 0);
	cr_expect_eq(unknown(), -ENOSYS);
}

/* Its state, in the program's memory, is of the old kernel. */
Test(entries, random_bytes_come_from_the_kernel)
{
	struct entries_library old = copy_of(&own);
	const char *names = (char *)own.data + dynamic_of(&own, DT_STRTAB)->d_un.d_ptr;

	if (!memmem(names, dynamic_of(&own, DT_STRSZ)->d_un.d_val, "__vdso_getrandom", 17))
		cr_skip("this kernel's vDSO has no getrandom");
	cr_assert_eq(entries_lead(old, own, (uint64_t)(uintptr_t)own.data), 0);
	check_random(&old);
}

/* Kernels before 3.16 linked it for an address of its own. */
Test(entries, of_a_library_linked_for_an_address)
{
	static const int64_t tags[] = { DT_SYMTAB, DT_STRTAB, DT_HASH };
	struct entries_library old = copy_of(&own);
	const uint64_t base = 0xffffffffff700000;
	long (*seconds)(time_t *) = function_of(&old, "time");
	Elf64_Sym *symbol = (Elf64_Sym *)(old.data + dynamic_of(&old, DT_SYMTAB)->d_un.d_ptr);
	uint32_t count = ((uint32_t *)(old.data + dynamic_of(&old, DT_HASH)->d_un.d_ptr))[1];

	for (uint32_t i = 0; i < count; i++)
		symbol[i].st_value += base;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		dynamic_of(&old, tags[i])->d_un.d_ptr += base;
	segment_of(&old, PT_LOAD)->p_vaddr += base;
	cr_assert_eq(entries_lead(old, own, (uint64_t)(uintptr_t)own.data), 0);
	cr_expect_arr_eq((void *)seconds, "\xff\x25", 2);
	cr_expect(seconds(NULL) - time(NULL) <= 1);
}

Test(entries, are_counted_without_a_hash_table)
{
	struct entries_library old = copy_of(&own);

	dynamic_of(&old, DT_HASH)->d_tag = 0x6ffffff0;
	cr_assert_eq(entries_lead(old, own, (uint64_t)(uintptr_t)own.data), 0);
	check_functions(&old);
}

Test(entries, that_lie_too_close_are_refused)
{
	struct entries_library old = copy_of(&own);

	symbol_of(&old, "__vdso_time")->st_value = symbol_of(&old, "getcpu")->st_value + 13;
	cr_expect_eq(entries_lead(old, own, FAR), -ENOSPC);
}

Test(entries, of_what_is_no_library)
{
	struct entries_library old = copy_of(&own);

	memset(old.data, 0, old.size);
	cr_expect_eq(entries_lead(old, own, FAR), -ENOEXEC);
	cr_expect_eq(entries_lead(copy_of(&own), old, FAR), -ENOEXEC);
}

/* Cut anywhere: an answer, and nothing read or written behind the end. */
Test(entries, of_a_part_of_a_library)
{
	struct entries_library old = copy_of(&own);

	for (size_t size = 0; size < own.size; size += 8) {
		struct entries_library part = { old.data + own.size - size, size };

		memcpy(part.data, own.data, size);
		(void)entries_lead(part, own, FAR);
	}
}

/* Any bit of its tables turned: the same. */
Test(entries, of_a_damaged_library)
{
	struct entries_library old = copy_of(&own), other = copy_of(&own);
	size_t tables = symbol_of(&own, "gettimeofday")->st_value;

	for (size_t at = 0; at < tables; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			memcpy(old.data, own.data, own.size);
			old.data[at] ^= (unsigned char)(1U << bit);
			(void)entries_lead(old, own, FAR);
			memcpy(old.data, own.data, own.size);
			old.data[at] ^= (unsigned char)(1U << bit);
			(void)entries_lead(other, old, FAR);
		}
	}
}
