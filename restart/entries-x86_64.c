/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of one kernel's vDSO led to those of another's. */
#include "entries.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#define CODE_MAX 32

struct code {
	unsigned char bytes[CODE_MAX];
	size_t length;
};

/* A library's table of symbols, its addresses turned into offsets. */
struct symbols {
	struct entries_library library;
	uint64_t base;		/* address that it was linked for */
	uint64_t table, names;	/* offsets */
	uint64_t names_size;
	uint64_t count;
};

static const void *bytes_at(const struct entries_library *library, uint64_t offset, uint64_t length)
{
	if (offset > library->size || length > library->size - offset)
		return NULL;
	return library->data + offset;
}

static void take_dynamic(struct symbols *symbols, const Elf64_Dyn *entry, uint64_t *hash)
{
	switch (entry->d_tag) {
	case DT_SYMTAB:
		symbols->table = entry->d_un.d_ptr - symbols->base;
		break;
	case DT_STRTAB:
		symbols->names = entry->d_un.d_ptr - symbols->base;
		break;
	case DT_STRSZ:
		symbols->names_size = entry->d_un.d_val;
		break;
	case DT_HASH:
		*hash = entry->d_un.d_ptr - symbols->base;
		break;
	}
}

/* Where the old hash table is left out nothing tells how many there are; but the
 * linker puts their names behind them. */
static uint64_t count_symbols(const struct symbols *symbols, uint64_t hash)
{
	const uint32_t *head = hash ? bytes_at(&symbols->library, hash, 8) : NULL;

	if (head)
		return head[1];
	return symbols->names > symbols->table
		       ? (symbols->names - symbols->table) / sizeof(Elf64_Sym)
		       : 0;
}

static int read_dynamic(struct symbols *symbols, const Elf64_Phdr *segment)
{
	uint64_t hash = 0, count = segment->p_filesz / sizeof(Elf64_Dyn);

	for (uint64_t i = 0; i < count; i++) {
		const Elf64_Dyn *entry = bytes_at(
			&symbols->library, segment->p_offset + i * sizeof(*entry), sizeof(*entry));

		if (!entry)
			return -ENOEXEC;
		if (entry->d_tag == DT_NULL)
			break;
		take_dynamic(symbols, entry, &hash);
	}
	symbols->count = count_symbols(symbols, hash);
	if (symbols->count > symbols->library.size / sizeof(Elf64_Sym) ||
	    !bytes_at(&symbols->library, symbols->table, symbols->count * sizeof(Elf64_Sym)) ||
	    !bytes_at(&symbols->library, symbols->names, symbols->names_size))
		return -ENOEXEC;
	return symbols->count ? 0 : -ENOEXEC;
}

static int read_symbols(struct symbols *symbols, const struct entries_library *library)
{
	const Elf64_Ehdr *header = bytes_at(library, 0, sizeof(*header));
	const Elf64_Phdr *dynamic = NULL;

	memset(symbols, 0, sizeof(*symbols));
	symbols->library = *library;
	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) ||
	    header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64 ||
	    header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phoff % 8)
		return -ENOEXEC;
	for (uint64_t i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *segment =
			bytes_at(library, header->e_phoff + i * sizeof(*segment), sizeof(*segment));

		if (!segment)
			return -ENOEXEC;
		if (segment->p_type == PT_LOAD)
			symbols->base = segment->p_vaddr - segment->p_offset;
		if (segment->p_type == PT_DYNAMIC)
			dynamic = segment;
	}
	if (!dynamic || dynamic->p_offset % 8)
		return -ENOEXEC;
	return read_dynamic(symbols, dynamic);
}

/* The name and the offset of a function; NULL for other symbols. */
static const char *function_at(const struct symbols *symbols, uint64_t i, uint64_t *offset)
{
	Elf64_Sym symbol;
	const char *name;

	memcpy(&symbol, symbols->library.data + symbols->table + i * sizeof(symbol),
	       sizeof(symbol));
	*offset = symbol.st_value - symbols->base;
	if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
	    *offset >= symbols->library.size || symbol.st_name >= symbols->names_size)
		return NULL;
	name = (const char *)symbols->library.data + symbols->names + symbol.st_name;
	return memchr(name, '\0', symbols->names_size - symbol.st_name) ? name : NULL;
}

static int find(const struct symbols *symbols, const char *wanted, uint64_t *offset)
{
	for (uint64_t i = 0; i < symbols->count; i++) {
		const char *name = function_at(symbols, i, offset);

		if (name && !strcmp(name, wanted))
			return 1;
	}
	return 0;
}

/* How many bytes from a function's beginning to that of the next one. */
static uint64_t room_at(const struct symbols *symbols, uint64_t offset)
{
	uint64_t end = symbols->library.size, other;

	for (uint64_t i = 0; i < symbols->count; i++)
		if (function_at(symbols, i, &other) && other > offset && other < end)
			end = other;
	return end - offset;
}

static void put(struct code *code, const void *bytes, size_t length)
{
	memcpy(code->bytes + code->length, bytes, length);
	code->length += length;
}

/* jmp *0(%rip), and the address: no register is touched. */
static void put_jump(struct code *code, uint64_t to)
{
	put(code, "\xff\x25\0\0\0\0", 6);
	put(code, &to, sizeof(to));
}

/* mov $nr, %eax; syscall; ret.  A vDSO's functions return what the kernel does. */
static void put_call(struct code *code, uint32_t nr)
{
	put(code, "\xb8", 1);
	put(code, &nr, sizeof(nr));
	put(code, "\x0f\x05\xc3", 3);
}

/* mov $-ENOSYS, %rax; ret */
static void put_absent(struct code *code)
{
	put(code, "\x48\xc7\xc0\xda\xff\xff\xff\xc3", 8);
}

/* Never led to the other vDSO: its state, in the program's memory, has the layout
 * of the kernel that it was begun with.  The question for that layout (cmp $-1,
 * %r8; jne) is answered with "there is none", which libc takes as "by system call". */
static void put_random(struct code *code)
{
	put(code, "\x49\x83\xf8\xff\x75\x08", 6);
	put_absent(code);
	put_call(code, SYS_getrandom);
}

static const struct {
	const char *name;
	uint32_t nr;
} calls[] = {
	{ "clock_gettime", SYS_clock_gettime }, { "gettimeofday", SYS_gettimeofday },
	{ "clock_getres", SYS_clock_getres },	{ "getcpu", SYS_getcpu },
	{ "time", SYS_time },
};

/* Without a counterpart here; what no system call does either (SGX) is not there. */
static void put_substitute(struct code *code, const char *plain)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (!strcmp(plain, calls[i].name)) {
			put_call(code, calls[i].nr);
			return;
		}
	}
	put_absent(code);
}

static void make_code(struct code *code, const char *name, const struct symbols *here,
		      uint64_t place)
{
	const char *plain = strncmp(name, "__vdso_", 7) ? name : name + 7;
	uint64_t offset;

	code->length = 0;
	if (!strcmp(plain, "getrandom"))
		put_random(code);
	else if (find(here, name, &offset))
		put_jump(code, place + offset);
	else
		put_substitute(code, plain);
}

int entries_lead(struct entries_library old, struct entries_library here, uint64_t place)
{
	struct symbols from, to = { .count = 0 };
	int error = read_symbols(&from, &old);

	if (!error && here.data)
		error = read_symbols(&to, &here);
	if (error)
		return error;
	for (uint64_t i = 0; i < from.count; i++) {
		struct code code;
		uint64_t offset;
		const char *name = function_at(&from, i, &offset);

		if (!name)
			continue;
		make_code(&code, name, &to, place);
		if (room_at(&from, offset) < code.length)
			return -ENOSPC;
		memcpy(old.data + offset, code.bytes, code.length);
	}
	return 0;
}
