/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that can be known to be wrong before anything is done. */
#include "check.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../ghost/codec.h"
#include "../ghost/elf_note.h"
#include "../ghost/landing.h"
#include "../ghost/xstate.h"
#include "say.h"

#define HEAD 65536	/* of an ELF file: its notes lie near the beginning */

/* Where the reborn threads will jump to, and the stacks they will do it on. */
static void check_landing(const struct image *image)
{
	const struct region_ghost *code = image_region_at(image, image->header.entry);
	int sane = code && code->prot & PROT_EXEC;

	for (size_t i = 0; i < image->thread_count && sane; i++)
		sane = image_region_at(image, image->threads[i].slot) &&
		       image_region_at(image, image->threads[i].stack - 1);
	if (!sane)
		die("the ghost is damaged: its threads have nowhere to go on");
}

/* Instructions that the program chose at its start. */
static void check_features(const struct image *image, const struct machine *here, int force)
{
	char names[512];
	struct text missing;

	text_open(&missing, names, sizeof(names));
	if (!machine_missing(&image->header.cpu, here, &missing))
		return;
	if (!force)
		die("this CPU lacks what the program may be using: %s; KRG_FORCE=1 tries it "
		    "nevertheless",
		    names);
	warn("this CPU lacks what the program may be using: %s", names);
}

/* Registers that hold something: they have no place here to be put into. */
static void check_registers(const struct image *image, const struct machine *here)
{
	if (machine_same_frames(&image->header.cpu, here))
		return;
	for (size_t i = 0; i < image->thread_count; i++) {
		char names[256];
		struct text missing;

		text_open(&missing, names, sizeof(names));
		if (xstate_missing(image->threads[i].xstates, here, &missing))
			die("this CPU lacks registers that thread %u was using: %s",
			    image->threads[i].tid, names);
	}
}

void check_machine(const struct image *image, int force)
{
	struct machine here;

	if (image->header.contract != LANDING_CONTRACT)
		die("the ghost was made by another version of krgghost (%s, contract %u; this is "
		    "%u): resume it with that one",
		    image->process->shim, image->header.contract, LANDING_CONTRACT);
	check_landing(image);
	machine_ask(&here);
	check_features(image, &here, force);
	check_registers(image, &here);
	for (size_t i = 0; i < image->chunk_count; i++)
		if (!codec_name(image->chunks[i].codec))
			die("the ghost uses a codec that this krg-resume does not know");
	if (codec_load(CODEC_ZLIB))
		for (size_t i = 0; i < image->chunk_count; i++)
			if (image->chunks[i].codec == CODEC_ZLIB)
				die("the ghost is compressed, and neither libz nor ISA-L "
				    "is found");
}

/* A file that was installed again has another time and the same build id: 1.  0 for
 * another one, and -1 where there is none to compare. */
static int same_build(const struct file_identity *file)
{
	static unsigned char head[HEAD];
	uint8_t id[PROCESS_BUILD_ID];
	int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, head, sizeof(head));
	uint32_t found;

	if (fd >= 0)
		close(fd);
	if (length <= 0 || !file->build_id_length)
		return -1;
	found = elf_build_id(head, (size_t)length, id, sizeof(id));
	if (!found && !memcmp(head, ELFMAG, SELFMAG))
		return -1;
	return found == file->build_id_length && !memcmp(id, file->build_id, found);
}

/* What is the matter with a file that is to be mapped again; NULL for nothing. */
static const char *trouble_with(const struct region_ghost *region)
{
	const struct file_identity *file = &region->file;
	struct stat stat_here;
	int same_time, build;

	if (region->flags & REGION_DELETED)
		return "had been removed before the ghost was made";
	if (stat(file->path, &stat_here) || access(file->path, R_OK))
		return strerror(errno);
	same_time = stat_here.st_mtim.tv_sec == file->mtime &&
		    stat_here.st_mtim.tv_nsec == (long)file->mtime_nanoseconds;
	build = same_build(file);
	/* Times tell little where all files are given the same one. */
	if ((uint64_t)stat_here.st_size == file->size && (build > 0 || (build < 0 && same_time)))
		return NULL;
	return "has changed since the ghost was made";
}

static void check_mapped(const struct region_ghost *region, const struct embedded *embedded)
{
	const char *trouble = trouble_with(region);

	if (!trouble)
		return;
	if (!region->object)
		die("%s: %s; the program has this file mapped: bring back the one it had; with "
		    "KRG_EMBED=%s a ghost carries such files",
		    region->file.path, trouble, region->file.build_id_length ? "elf" : "all");
	embedded->files[region->object].used = 1;
}

static void check_shared(const struct region_ghost *region)
{
	int writes = (region->flags & REGION_SHARED_WRITE) != 0;
	struct stat stat_here;

	if (access(region->file.path, writes ? R_OK | W_OK : R_OK))
		die("%s: %s; the program shares this file's memory", region->file.path,
		    strerror(errno));
	if (!stat(region->file.path, &stat_here) &&
	    (uint64_t)stat_here.st_size < region->file.size)
		die("%s: is shorter than when the ghost was made; the program has it mapped",
		    region->file.path);
}

/* Whether a region shows what an earlier one has shown. */
static int is_known(const struct region_ghost *region, const struct embedded *embedded,
		    const char *last)
{
	return region->object ? embedded->files[region->object].region != region
			      : !strcmp(region->file.path, last);
}

void check_files(const struct image *image, const struct embedded *embedded)
{
	const char *last = "";

	for (size_t i = 0; i < image->region_count; i++) {
		const struct region_ghost *region = &image->regions[i];

		if (region->type == REGION_SHARED_FILE)
			check_shared(region);
		if (region->type != REGION_FILE || is_known(region, embedded, last))
			continue;
		check_mapped(region, embedded);
		last = region->file.path;
	}
	if (access(image->process->directory, X_OK))
		die("%s: %s; it was the program's working directory", image->process->directory,
		    strerror(errno));
}
