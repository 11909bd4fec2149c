/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A private file mapping: untouched, changed, and changed to zeros; the file stays as it is. */
#include <sys/mman.h>

#include "check.h"

#define PAGE 4096
#define PAGES 32
#define SIZE (PAGES * PAGE - 1000)	/* the last page is not full */

static unsigned char original(size_t offset)
{
	return (unsigned char)(offset * 31 + offset / PAGE + 1);
}

static void make_file(const char *path)
{
	static unsigned char data[SIZE];
	int file = (int)CHECK_CALL(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600));

	for (size_t i = 0; i < SIZE; i++)
		data[i] = original(i);
	CHECK_IS(write(file, data, SIZE), SIZE);
	close(file);
}

/* Page 3 is rewritten, page 5 is zeros, page 7 has one byte changed, and the rest of
 * the last page, where the file has ended, holds something too. */
static unsigned char wanted(size_t offset)
{
	switch (offset / PAGE) {
	case 3: return (unsigned char)(offset % 251);
	case 5: return 0;
	case 7: return offset % PAGE == 100 ? 0xaa : original(offset);
	default: return offset < SIZE ? original(offset) : 0x55;
	}
}

static void verify(const unsigned char *memory, const unsigned char *plain)
{
	for (size_t i = 0; i < PAGES * PAGE; i++)
		CHECK(memory[i] == wanted(i), "byte %zu is 0x%02x, not 0x%02x", i, memory[i],
		      wanted(i));
	for (size_t i = 0; i < SIZE; i++)
		CHECK(plain[i] == original(i), "byte %zu of the file is 0x%02x", i, plain[i]);
}

int main(void)
{
	unsigned char *memory, *plain;
	int file;

	make_file("private");
	file = (int)CHECK_CALL(open("private", O_RDONLY));
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	plain = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);
	CHECK(memory != MAP_FAILED && plain != MAP_FAILED, "mmap: %s", strerror(errno));
	close(file);
	for (size_t i = 0; i < PAGES * PAGE; i++)
		if (i >= SIZE || wanted(i) != original(i))
			memory[i] = wanted(i);
	/* Changed pages may be made unreadable and must come back all the same. */
	CHECK_CALL(mprotect(memory + 3 * PAGE, PAGE, PROT_NONE));
	check_ready();
	check_wait();
	CHECK_CALL(mprotect(memory + 3 * PAGE, PAGE, PROT_READ));
	verify(memory, plain);
	memory[9 * PAGE] = 1;
	CHECK_IS(plain[9 * PAGE], original(9 * PAGE));
	return check_passed();
}
