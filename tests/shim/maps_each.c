/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The address space: this test's own, as the kernel that runs it tells it. */
#include "shim/maps.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ghost/kind/region.h"
#include "ghost/sys.h"

#define PAGE     4096UL
#define LIST_MAX 1000

struct list {
	size_t count, limit;
	struct mapping entries[LIST_MAX];
};

static struct mapping mapping;

/* Static, all of it: an allocation would change what is being read. */
static struct list list, other;
static char buffer[1 << 16];

static int collect(struct mapping *found, void *argument)
{
	struct list *to = argument;

	to->entries[to->count++] = *found;
	return to->count == to->limit ? 77 : 0;
}

static void read_all(struct list *to, int smaps, size_t size)
{
	to->count = 0;
	to->limit = LIST_MAX;
	cr_assert_eq(maps_each(smaps, &mapping, buffer, size, collect, to), 0);
}

static const struct mapping *find(const void *address)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.entries[i].start <= (uintptr_t)address &&
		    (uintptr_t)address < list.entries[i].end)
			return &list.entries[i];
	cr_assert_fail("%p is nowhere", address);
	return NULL;
}

static void expect_same(const struct mapping *one, const struct mapping *two)
{
	cr_expect_eq(one->start, two->start);
	cr_expect_eq(one->end, two->end);
	cr_expect_eq(one->offset, two->offset);
	cr_expect_eq(one->inode, two->inode);
	cr_expect_eq(one->device, two->device);
	cr_expect_eq(one->prot, two->prot);
	cr_expect_eq(one->shared, two->shared);
	cr_expect_eq(one->deleted, two->deleted);
	cr_expect_str_eq(one->path, two->path);
}

/* Each line as sscanf(3) reads it, beside what our parser made of it. */
static void expect_lines(const char *text)
{
	for (size_t i = 0; i < list.count; i++) {
		const struct mapping *found = &list.entries[i];
		unsigned long start, stop, offset, inode;
		unsigned int major, minor;
		char modes[5];
		int name;

		cr_assert_eq(sscanf(text, "%lx-%lx %4s %lx %x:%x %lu%*[ ]%n", &start, &stop, modes,
				    &offset, &major, &minor, &inode, &name),
			     7);
		cr_expect(found->start == start && found->end == stop);
		cr_expect(found->offset == offset && found->inode == inode);
		cr_expect_eq(found->device, makedev(major, minor));
		cr_expect_eq(!(found->prot & PROT_WRITE), modes[1] == '-');
		cr_expect_eq(found->shared, modes[3] == 's');
		cr_expect(!strncmp(text + name, found->path, strlen(found->path)));
		text = strchr(text, '\n') + 1;
	}
	cr_expect_str_empty(text);
}

Test(maps_each, tells_of_our_own_memory)
{
	static char text[1 << 18];
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	read_all(&list, 0, sizeof(buffer));
	while ((got = read(file, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	close(file);
	expect_lines(text);
	cr_expect_str_eq(find(&length)->path, "[stack]");
	cr_expect_neq(find((void *)(uintptr_t)collect)->prot & PROT_EXEC, 0);
}

Test(maps_each, finds_the_same_in_both_files)
{
	read_all(&list, 1, sizeof(buffer));
	read_all(&other, 0, sizeof(buffer));
	cr_assert_eq(list.count, other.count);
	for (size_t i = 0; i < list.count; i++) {
		expect_same(&list.entries[i], &other.entries[i]);
		cr_expect_eq(other.entries[i].flags, 0);
	}
	cr_expect_neq(find(buffer)->flags & REGION_SHARED_WRITE, 0);
}

/* The file is cut into pieces at every other place. */
Test(maps_each, finds_the_same_with_any_buffer)
{
	read_all(&list, 1, sizeof(buffer));
	for (size_t size = 777; size < 5000; size = size * 5 / 4 + 1) {
		read_all(&other, 1, size);
		cr_assert_eq(list.count, other.count, "%zu", size);
		for (size_t i = 0; i < list.count; i++) {
			expect_same(&list.entries[i], &other.entries[i]);
			cr_expect_eq(list.entries[i].flags, other.entries[i].flags);
		}
	}
}

Test(maps_each, wants_room_for_a_line)
{
	list.limit = LIST_MAX;
	cr_expect_eq(maps_each(1, &mapping, buffer, 32, collect, &list), -E2BIG);
	cr_expect_eq(list.count, 0);
}

Test(maps_each, stops_where_it_is_told_to)
{
	list.limit = 3;
	cr_expect_eq(maps_each(1, &mapping, buffer, sizeof(buffer), collect, &list), 77);
	cr_expect_eq(list.count, 3);
}

Test(maps_each, leaves_no_descriptor_open)
{
	int before = dup(0);

	close(before);
	read_all(&list, 0, sizeof(buffer));
	list.count = 0;
	list.limit = 1;
	maps_each(1, &mapping, buffer, sizeof(buffer), collect, &list);
	cr_expect_eq(dup(0), before);
}

/* One page between two others that are not of its kind. */
static char *new_page(int flags)
{
	char *pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	cr_assert_neq(pages, MAP_FAILED);
	munmap(pages, PAGE);
	munmap(pages + 2 * PAGE, PAGE);
	return pages + PAGE;
}

/* Advice that this kernel does not know is not looked for. */
Test(maps_each, tells_what_was_advised)
{
	static const struct {
		int advice;
		uint32_t flag;
	} advices[] = {
		{ MADV_DONTFORK, REGION_DONTFORK },     { MADV_DONTDUMP, REGION_DONTDUMP },
		{ MADV_SEQUENTIAL, REGION_SEQUENTIAL }, { MADV_RANDOM, REGION_RANDOM },
		{ MADV_WIPEONFORK, REGION_WIPEONFORK }, { MADV_MERGEABLE, REGION_MERGEABLE },
		{ MADV_HUGEPAGE, REGION_HUGEPAGE },     { MADV_NOHUGEPAGE, REGION_NOHUGEPAGE },
	};
	static char *pages[8];
	int failed[8];

	for (size_t i = 0; i < 8; i++) {
		pages[i] = new_page(0);
		failed[i] = madvise(pages[i], PAGE, advices[i].advice);
	}
	cr_assert_not(failed[0]);
	read_all(&list, 1, sizeof(buffer));
	for (size_t i = 0; i < 8; i++)
		cr_expect(failed[i] ||
				  find(pages[i])->flags == (REGION_SHARED_WRITE | advices[i].flag),
			  "number %zu", i);
}

/* Not by mlock(3), which does nothing with AddressSanitizer. */
static int lock(char *page, int flags)
{
	return (int)sys_call3(SYS_mlock2, page, PAGE, flags);
}

Test(maps_each, tells_how_memory_was_asked_for)
{
	char *stack = new_page(MAP_GROWSDOWN), *locked = new_page(0), *later = new_page(0);
	int not_allowed = lock(locked, 0) || lock(later, MLOCK_ONFAULT);

	read_all(&list, 1, sizeof(buffer));
	cr_expect_eq(find(stack)->flags, REGION_SHARED_WRITE | REGION_GROWSDOWN);
	if (not_allowed)
		return;
	cr_expect_eq(find(locked)->flags, REGION_SHARED_WRITE | REGION_LOCKED);
	cr_expect_eq(find(later)->flags,
		     REGION_SHARED_WRITE | REGION_LOCKED | REGION_LOCK_ON_FAULT);
}

Test(maps_each, tells_names_that_are_hard_to_read)
{
	static char path[] = "/tmp/maps two\nlines XXXXXX";
	int memory = memfd_create("a b", MFD_CLOEXEC), file = mkstemp(path);
	char *shared, *private;

	cr_assert(memory >= 0 && file >= 0);
	cr_assert_eq(ftruncate(memory, 4 * PAGE) | ftruncate(file, PAGE), 0);
	shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, memory, 3 * PAGE);
	private = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0);
	cr_assert(shared != MAP_FAILED && private != MAP_FAILED);
	read_all(&list, 1, sizeof(buffer));
	cr_expect_str_eq(find(shared)->path, "/memfd:a b");
	cr_expect(find(shared)->deleted && find(shared)->shared);
	cr_expect_eq(find(shared)->offset, 3 * PAGE);
	cr_expect_str_eq(find(private)->path, path);
	cr_expect_not(find(private)->deleted || find(private)->shared);
	unlink(path);
	read_all(&list, 1, sizeof(buffer));
	cr_expect_str_eq(find(private)->path, path);
	cr_expect(find(private)->deleted);
}
