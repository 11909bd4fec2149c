/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Its files change under it: the program, a library that it loaded, a file that it mapped. */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>

#include "check.h"

/* embedded [data]: maps ./data, too. ./own.so is a library like libm.so.6; it must not be
 * used before the restart, so that nothing but the ghost can have its pages. */

#define PAGE 4096
#define PAGES 40
#define PIECES 16

/* What a file showed in memory at the start, as read(2) had it. */
static struct piece {
	const char *memory;
	char *content;
	size_t size;
} pieces[PIECES];
static int piece_count;

static void note_piece(const char *path, const char *memory, off_t offset, size_t size)
{
	struct piece *piece = &pieces[piece_count++];
	int file = (int)CHECK_CALL(open(path, O_RDONLY));

	CHECK(piece_count <= PIECES, "too many pieces");
	*piece = (struct piece){ memory, malloc(size), size };
	CHECK(piece->content, "out of memory");
	CHECK_IS(pread(file, piece->content, size, offset), (ssize_t)size);
	close(file);
}

/* What cannot be written is as in the file; the rest is the dynamic linker's. */
static void note_library(const char *path, ElfW(Addr) base, const ElfW(Phdr) *headers, int count)
{
	for (int i = 0; i < count; i++)
		if (headers[i].p_type == PT_LOAD && !(headers[i].p_flags & PF_W))
			note_piece(path, (const char *)(base + headers[i].p_vaddr),
				   (off_t)headers[i].p_offset, headers[i].p_filesz);
}

static int note_ours(struct dl_phdr_info *info, size_t size, void *own)
{
	const struct link_map *map = own;

	(void)size;
	if (!info->dlpi_name[0])
		note_library("/proc/self/exe", info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum);
	else if (info->dlpi_addr == map->l_addr)
		note_library(map->l_name, info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum);
	return 0;
}

static char *map_data(void)
{
	int file = (int)CHECK_CALL(open("data", O_RDWR | O_CREAT | O_EXCL, 0600));
	char page[PAGE], *memory;

	for (int i = 0; i < PAGES; i++) {
		memset(page, i + 1, PAGE);
		CHECK_IS(write(file, page, PAGE), PAGE);
	}
	CHECK_CALL(ftruncate(file, PAGES * PAGE + 100));
	memory = mmap(NULL, (PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	close(file);
	note_piece("data", memory + 10 * PAGE, 10 * PAGE, 30 * PAGE + 100);
	memory[3 * PAGE] = 99;
	CHECK_CALL(mprotect(memory + 4 * PAGE, PAGE, PROT_NONE));
	return memory;
}

static void check_data(char *memory)
{
	CHECK_CALL(mprotect(memory + 4 * PAGE, PAGE, PROT_READ));
	for (int i = 0; i < 10 * PAGE; i++)
		CHECK_IS(memory[i], i == 3 * PAGE ? 99 : i / PAGE + 1);
	memory[12 * PAGE + 1] = 5;
	CHECK_IS(memory[12 * PAGE + 2], 13);
}

int main(int count, char **arguments)
{
	void *library = dlopen("./own.so", RTLD_LAZY | RTLD_LOCAL);
	char *data = NULL;
	double (*function)(double);

	(void)arguments;
	CHECK(library, "%s", dlerror());
	dl_iterate_phdr(note_ours, library);
	if (count > 1)
		data = map_data();
	CHECK(piece_count >= 4, "%d pieces", piece_count);
	check_ready();
	check_wait();
	for (int i = 0; i < piece_count; i++)
		CHECK(!memcmp(pieces[i].memory, pieces[i].content, pieces[i].size),
		      "what lies at %p has changed", (const void *)pieces[i].memory);
	*(void **)&function = dlsym(library, "exp2");
	CHECK(function, "%s", dlerror());
	CHECK(function(5.0) == 32.0, "two to the power of 5 is something else");
	*(void **)&function = dlsym(library, "sin");
	CHECK(function && function(0.0) == 0.0, "the sine of 0 is something else");
	if (data)
		check_data(data);
	CHECK(!dlclose(library), "%s", dlerror());
	return check_passed();
}
