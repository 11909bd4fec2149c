/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the headers of an ELF file say about bringing a library into it. */
#include "executable.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* The kernel reads no larger table (fs/binfmt_elf.c). */
#define TABLE_MAX 65536

struct executable {
	int fd;
	const char *subject;
	struct failure *failure;
	Elf64_Ehdr header;
};

static int damaged(const struct executable *executable)
{
	return failure_set(executable->failure, EXECUTABLE_UNUSABLE,
			   "%s has a damaged ELF header: install it again", executable->subject);
}

static int read_exactly(int fd, void *data, size_t size, uint64_t offset)
{
	if (offset > (uint64_t)LLONG_MAX - size)
		return -EBADMSG;
	return pread(fd, data, size, (off_t)offset) == (ssize_t)size ? 0 : -EBADMSG;
}

/* The usual name of a machine that is not ours, or NULL. */
static const char *machine_name(unsigned int machine)
{
	static const struct {
		unsigned int machine;
		const char *name;
	} names[] = {
		{ EM_386, "32-bit x86 (i386)" },
		{ EM_X86_64, "x32" },
		{ EM_AARCH64, "64-bit ARM" },
		{ EM_ARM, "32-bit ARM" },
		{ EM_RISCV, "RISC-V" },
		{ EM_PPC64, "64-bit PowerPC" },
		{ EM_S390, "IBM Z" },
		{ EM_LOONGARCH, "LoongArch" },
		{ EM_MIPS, "MIPS" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return NULL;
}

static int check_machine(const struct executable *executable)
{
	const Elf64_Ehdr *header = &executable->header;
	const char *name = machine_name(header->e_machine);

	if (header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
	    header->e_machine == EM_X86_64)
		return 0;
	return failure_set(executable->failure, EXECUTABLE_REFUSED,
			   "%s is made for %s: krgghost carries 64-bit x86 programs only",
			   executable->subject, name ? name : "another machine");
}

/* Reads the ELF header and compares it with what both checks need. */
static int read_header(struct executable *executable)
{
	Elf64_Ehdr *header = &executable->header;
	/* All classes and byte orders agree on the first 20 bytes, and a 32-bit file
	 * may be shorter than a 64-bit header. */
	size_t common = offsetof(Elf64_Ehdr, e_version);

	if (read_exactly(executable->fd, header, common, 0))
		return damaged(executable);
	if (check_machine(executable))
		return -1;
	if (read_exactly(executable->fd, header, sizeof(*header), 0) ||
	    memcmp(header->e_ident, ELFMAG, SELFMAG))
		return damaged(executable);
	return 0;
}

/* Finds the first program header of `type`: 1, 0 where there is none, -1. */
static int find_segment(const struct executable *executable, uint32_t type, Elf64_Phdr *segment)
{
	const Elf64_Ehdr *header = &executable->header;

	if (header->e_phentsize != sizeof(*segment) ||
	    header->e_phnum > TABLE_MAX / sizeof(*segment) || header->e_phoff > LLONG_MAX)
		return damaged(executable);
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		if (read_exactly(executable->fd, segment, sizeof(*segment),
				 header->e_phoff + i * sizeof(*segment)))
			return damaged(executable);
		if (segment->p_type == type)
			return 1;
	}
	return 0;
}

/* The dynamic loader must be there, and be glibc's: the shim is linked with it. */
static int check_loader(const struct executable *executable, const Elf64_Phdr *segment)
{
	char loader[PATH_MAX];

	if (segment->p_filesz < 2 || segment->p_filesz > sizeof(loader) ||
	    read_exactly(executable->fd, loader, segment->p_filesz, segment->p_offset) ||
	    loader[segment->p_filesz - 1])
		return damaged(executable);
	if (access(loader, F_OK) < 0)
		return failure_set(executable->failure, EXECUTABLE_MISSING,
				   "%s needs the loader %s, which is not there: %s: install it",
				   executable->subject, loader, strerror(errno));
	if (strstr(loader, "/ld-musl"))
		return failure_set(executable->failure, EXECUTABLE_REFUSED,
				   "%s is linked with musl, libkrgghost.so with glibc: use a "
				   "build of it for glibc",
				   executable->subject);
	return 0;
}

int executable_check(int fd, const char *subject, struct failure *failure)
{
	struct executable executable = { .fd = fd, .subject = subject, .failure = failure };
	Elf64_Phdr segment;
	int found;

	if (read_header(&executable))
		return -1;
	if (executable.header.e_type != ET_EXEC && executable.header.e_type != ET_DYN)
		return failure_set(failure, EXECUTABLE_UNUSABLE,
				   "%s is an object or a core file: give a linked program",
				   subject);
	found = find_segment(&executable, PT_DYNAMIC, &segment);
	if (found > 0)
		found = find_segment(&executable, PT_INTERP, &segment);
	if (found > 0)
		return check_loader(&executable, &segment);
	if (found < 0)
		return -1;
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s is statically linked, so no loader would bring libkrgghost.so in: "
			   "link it dynamically",
			   subject);
}

int executable_check_library(int fd, const char *subject, struct failure *failure)
{
	struct executable executable = { .fd = fd, .subject = subject, .failure = failure };
	Elf64_Phdr segment;

	if (!read_header(&executable) && executable.header.e_type == ET_DYN &&
	    find_segment(&executable, PT_DYNAMIC, &segment) > 0)
		return 0;
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s is not a shared library for 64-bit x86: give libkrgghost.so with "
			   "--library",
			   subject);
}
