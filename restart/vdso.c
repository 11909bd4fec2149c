/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vDSO of a ghost, and this kernel's. */
#include "vdso.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "../ghost/codec.h"
#include "../ghost/elf_note.h"
#include "../ghost/index.h"
#include "entries.h"
#include "say.h"

#define PIECES 16

/* This kernel's own, as it lies in this process. */
struct own {
	struct plan_range pieces[PIECES];
	size_t count;
	struct entries_library library;	/* no data where there is none */
};

static void learn_own(struct own *own)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], name[64];
	unsigned long long start, end;

	memset(own, 0, sizeof(*own));
	while (maps && fgets(line, sizeof(line), maps) && own->count < PIECES) {
		name[0] = '\0';
		if (sscanf(line, "%llx-%llx %*s %*s %*s %*s %63s", &start, &end, name) < 3 ||
		    !plan_is_vdso(name))
			continue;
		own->pieces[own->count++] = (struct plan_range){ start, end };
		if (!strcmp(name, "[vdso]")) {
			own->library.data = (unsigned char *)getauxval(AT_SYSINFO_EHDR);
			own->library.size = own->library.data ? end - start : 0;
		}
	}
	if (maps)
		fclose(maps);
}

static int same_build(const struct own *own, const struct file_identity *file)
{
	uint8_t id[PROCESS_BUILD_ID];
	uint32_t length =
		own->library.data
			? elf_build_id(own->library.data, own->library.size, id, sizeof(id))
			: 0;

	return length && length == file->build_id_length && !memcmp(id, file->build_id, length);
}

/* Code finds its data by the distance to it: the pieces must lie alike. */
static int lies_alike(const struct own *own, const struct image *image)
{
	uint64_t first = 0;
	size_t piece = 0;

	for (size_t i = 0; i < image->region_count; i++) {
		const struct region_ghost *region = &image->regions[i];

		if (region->type != REGION_VDSO)
			continue;
		if (!piece)
			first = region->start;
		if (piece == own->count ||
		    region->start - first != own->pieces[piece].start - own->pieces[0].start ||
		    region->end - first != own->pieces[piece].end - own->pieces[0].start)
			return 0;
		piece++;
	}
	return piece == own->count;
}

/* The code among the pieces, or NULL. */
static struct region_ghost *code_of(const struct image *image, uint32_t type)
{
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type == type && image->regions[i].file.size)
			return &image->regions[i];
	return NULL;
}

static void read_pages(const struct image *image, const struct region_ghost *code,
		       unsigned char *pages)
{
	size_t at = index_find(image->chunks, image->chunk_count, 0, code->start);
	char *workspace = malloc(CODEC_WORKSPACE), *packed = malloc(CHUNK_MAX);
	size_t found = 0;

	if (!workspace || !packed)
		die("out of memory");
	for (; at < image->chunk_count && image->chunks[at].owner == 0 &&
	       image->chunks[at].address < code->end;
	     at++, found++) {
		const struct chunk *chunk = &image->chunks[at];

		if (chunk->address < code->start || chunk->length > code->end - chunk->address ||
		    image_read_chunk(image, chunk, workspace, packed,
				     pages + (chunk->address - code->start)))
			die("the ghost is damaged: the pages of its vDSO");
	}
	free(workspace);
	free(packed);
	if (!found)
		die("this kernel's vDSO is not the one the ghost was made with, and that one "
		    "is not in the ghost; resume it under the same kernel build");
}

/* Everything that vdso_lead() could fail at. */
static void rehearse(const struct own *own, const struct image *image,
		     const struct region_ghost *code, struct entries_library old)
{
	int error = entries_lead(old, own->library, 0);

	if (error)
		die("this kernel's vDSO is not the one the ghost was made with, and that one "
		    "cannot be led to it: %s",
		    error == -ENOSPC ? "its functions are too short" : "it is not understood");
	for (size_t i = 0; i < image->thread_count; i++)
		if (image->threads[i].pc >= code->start && image->threads[i].pc < code->end)
			die("thread %u was inside the kernel's vDSO, and this kernel has another "
			    "one; make another ghost",
			    image->threads[i].tid);
}

/* The code is memory like any other now; the data of another kernel is nobody's. */
static void replace(struct image *image, struct region_ghost *code)
{
	size_t kept = 0;

	code->type = REGION_OLD_VDSO;
	for (size_t i = 0; i < image->region_count; i++)
		if (image->regions[i].type != REGION_VDSO)
			image->regions[kept++] = image->regions[i];
	image->region_count = kept;
}

void vdso_compare(struct image *image, int pretend)
{
	struct region_ghost *code = code_of(image, REGION_VDSO);
	struct entries_library old;
	struct own own;

	if (!code)
		return;
	old.size = code->end - code->start;
	old.data = calloc(1, old.size);
	if (!old.data)
		die("out of memory");
	/* In any case: a damaged ghost is to be known for one, on each host. */
	read_pages(image, code, old.data);
	learn_own(&own);
	if (pretend || !same_build(&own, &code->file) || !lies_alike(&own, image)) {
		rehearse(&own, image, code, old);
		replace(image, code);
	}
	free(old.data);
}

int vdso_lead(const struct image *image, const struct plan *plan)
{
	const struct region_ghost *code = code_of(image, REGION_OLD_VDSO);
	uint64_t place = plan->vdso_count ? plan->vdso_home[plan->vdso_code] : 0;
	struct entries_library old, here = { NULL, 0 };

	if (!code)
		return 0;
	old.data = (unsigned char *)plan->stage[code - image->regions];
	old.size = code->end - code->start;
	if (plan->vdso_count) {
		here.data = (unsigned char *)plan->vdso[plan->vdso_code].start;
		here.size = plan->vdso[plan->vdso_code].end - plan->vdso[plan->vdso_code].start;
	}
	return entries_lead(old, here, place);
}
