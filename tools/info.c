/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost info: what is in a ghost, for people. */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "escape.h"
#include "summary.h"
#include "when.h"
#include "words.h"

static void put_label(const char *label)
{
	printf("  %-11s", label);
}

static void put_field(const char *label, const char *text)
{
	put_label(label);
	escape_put_string(stdout, text);
	putchar('\n');
}

static void put_arguments(const struct process_ghost *process)
{
	const char *argument;
	size_t length;

	put_label("arguments");
	for (size_t at = 0; summary_argument(process, &at, &argument, &length);) {
		if (argument != process->arguments)
			putchar(' ');
		escape_put_argument(stdout, argument, length);
	}
	puts(process->arguments_length == sizeof(process->arguments) ? " ..." : "");
}

static void put_process(const struct process_ghost *process)
{
	char when[WHEN_SIZE];

	put_field("program", process->program.path);
	put_arguments(process);
	put_field("directory", process->directory);
	put_field("made", when_text(process->created, when));
	put_field("host", process->host);
	put_field("kernel", process->kernel);
	put_field("krgghost", process->shim);
	put_label("process");
	printf("%u, parent %u, group %u, session %u\n", process->pid, process->parent,
	       process->group, process->session);
	put_label("user");
	printf("%u, group %u, umask %04o\n", process->uid, process->gid, process->umask);
}

static void put_size(const struct image *image, const struct summary *summary)
{
	char file[WORDS_AMOUNT], stored[WORDS_AMOUNT], packed[WORDS_AMOUNT];

	put_label("size");
	printf("%s: ", words_amount(image->trailer.file_size, file));
	printf("%s of memory in %zu chunks, packed to %s\n", words_amount(summary->stored, stored),
	       image->chunk_count, words_amount(summary->packed, packed));
}

static void put_threads(const struct image *image)
{
	printf("\nThreads: %zu\n", image->thread_count);
	for (size_t i = 0; i < image->thread_count; i++) {
		const struct thread_ghost *thread = &image->threads[i];

		printf("  %7u  ", thread->tid);
		escape_put_string(stdout, thread->name);
		if (thread->flags & THREAD_MAIN)
			printf(" (main)");
		if (thread->flags & THREAD_ENDED)
			printf(" (ended)");
		putchar('\n');
	}
}

static void put_flags(const struct region_ghost *region)
{
	const char *flag;
	int shown = 0;

	for (unsigned int bit = 0; (flag = summary_region_flag(bit)); bit++)
		if (region->flags & 1U << bit)
			printf("%s%s", shown++ ? " " : "  [", flag);
	if (shown)
		putchar(']');
}

static void put_region(const struct image *image, const struct region_ghost *region)
{
	char size[WORDS_AMOUNT], packed[WORDS_AMOUNT], mode[5];

	summary_region_mode(region, mode);
	printf("  %12" PRIx64 "-%-12" PRIx64 " %10s %10s  %s %-6s", region->start, region->end,
	       words_amount(region->end - region->start, size),
	       words_amount(summary_region_packed(image, region), packed), mode,
	       summary_region_type(region));
	if (region->type == REGION_SHARED_OBJECT)
		printf(" object %u", region->object);
	if (region->type == REGION_FILE && region->object)
		printf(" embedded %u", region->object);
	if (region->file.path[0]) {
		putchar(' ');
		escape_put_string(stdout, region->file.path);
	}
	put_flags(region);
	putchar('\n');
}

static void put_regions(const struct image *image, const struct summary *summary)
{
	char memory[WORDS_AMOUNT];

	printf("\nRegions: %zu, %s\n", image->region_count, words_amount(summary->memory, memory));
	if (image->region_count)
		printf("  %-25s %10s %10s  %s\n", "address", "size", "in file", "mode type");
	for (size_t i = 0; i < image->region_count; i++)
		put_region(image, &image->regions[i]);
}

static void put_files(const struct image *image)
{
	char size[WORDS_AMOUNT], packed[WORDS_AMOUNT];
	struct summary_file file;
	size_t at = 0, count = 0;

	while (summary_file(image, &at, &file))
		count++;
	if (!count)
		return;
	printf("\nEmbedded files: %zu\n  %7s %10s %10s\n", count, "number", "size", "in file");
	for (at = 0; summary_file(image, &at, &file);) {
		printf("  %7u %10s %10s  ", file.number, words_amount(file.stored, size),
		       words_amount(file.packed, packed));
		escape_put_string(stdout, file.path);
		putchar('\n');
	}
}

static void put_descriptors(const struct image *image)
{
	printf("\nDescriptors: %zu\n", image->descriptor_count);
	for (size_t i = 0; i < image->descriptor_count; i++) {
		const struct descriptor_ghost *descriptor = &image->descriptors[i];
		char line[2 * KIND_PATH];
		const char *kind = summary_descriptor(image, descriptor, line, sizeof(line));

		printf("  %7u  %-10s ", descriptor->fd, kind);
		escape_put_string(stdout, line);
		puts(descriptor->close_on_exec ? "  [close-on-exec]" : "");
	}
}

static void put_locks(const struct image *image)
{
	if (!image->lock_count)
		return;
	printf("\nLocks: %zu\n", image->lock_count);
	for (size_t i = 0; i < image->lock_count; i++) {
		const struct lock_ghost *lock = &image->locks[i];

		printf("  %7u  %-5s %-9s from %" PRIu64, lock->fd, summary_lock_type(lock),
		       lock->exclusive ? "exclusive" : "shared", lock->start);
		if (lock->length)
			printf(", %" PRIu64 " bytes\n", lock->length);
		else
			puts(" to the end");
	}
}

int command_info(const char *path, struct failure *failure)
{
	struct summary summary;
	struct image image;

	if (image_open(&image, path))
		return failure_set(failure, COMMAND_DAMAGED, "%s", image.error);
	summary_make(&image, &summary);
	escape_put_string(stdout, path);
	putchar('\n');
	put_process(image.process);
	put_size(&image, &summary);
	put_threads(&image);
	put_regions(&image, &summary);
	put_files(&image);
	put_descriptors(&image);
	put_locks(&image);
	image_close(&image);
	return 0;
}
