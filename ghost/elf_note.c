/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The build id in the first bytes of an ELF file. */
#include "elf_note.h"

#include <elf.h>
#include <string.h>

static uint32_t find_in_notes(const unsigned char *notes, size_t size, uint8_t *id, size_t room)
{
	while (size >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		size_t name, content;

		memcpy(&note, notes, sizeof(note));
		notes += sizeof(note);
		size -= sizeof(note);
		name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
		content = ((size_t)note.n_descsz + 3) & ~(size_t)3;
		if (name > size || content > size - name)
			return 0;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes, "GNU", 4) && note.n_descsz <= room) {
			memcpy(id, notes + name, note.n_descsz);
			return note.n_descsz;
		}
		notes += name + content;
		size -= name + content;
	}
	return 0;
}

uint32_t elf_build_id(const unsigned char *data, size_t size, uint8_t *id, size_t room)
{
	Elf64_Ehdr header;

	if (size < sizeof(header))
		return 0;
	memcpy(&header, data, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_phentsize != sizeof(Elf64_Phdr))
		return 0;
	for (size_t i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr segment;
		uint32_t length;

		if (header.e_phoff > size || size - header.e_phoff < (i + 1) * sizeof(segment))
			return 0;
		memcpy(&segment, data + header.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type != PT_NOTE || segment.p_offset > size ||
		    segment.p_filesz > size - segment.p_offset)
			continue;
		length = find_in_notes(data + segment.p_offset, segment.p_filesz, id, room);
		if (length)
			return length;
	}
	return 0;
}
