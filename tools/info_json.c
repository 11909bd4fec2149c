/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-ghost info --json: what is in a ghost, for programs. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "escape.h"
#include "summary.h"

/* The keys are an interface: new ones may come, none goes or changes its meaning. */

/* JSON is UTF-8; a name that is not is shown as it is to people. */
static json_t *text_json(const char *bytes, size_t size)
{
	json_t *json = json_stringn(bytes, size);
	char *escaped = NULL;
	FILE *file;

	if (json)
		return json;
	file = open_memstream(&escaped, &size);
	if (!file)
		return NULL;
	escape_put(file, bytes, size);
	fclose(file);
	json = json_string(escaped);
	free(escaped);
	return json;
}

static json_t *string_json(const char *string)
{
	return text_json(string, strlen(string));
}

/* Not a number: most readers of JSON keep only 53 bits of one. */
static json_t *address_json(uint64_t address)
{
	char hex[24];

	snprintf(hex, sizeof(hex), "0x%" PRIx64, address);
	return json_string(hex);
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static json_t *process_json(const struct process_ghost *process)
{
	json_t *json = json_object();

	set_number(json, "pid", process->pid);
	set_number(json, "parent", process->parent);
	set_number(json, "group", process->group);
	set_number(json, "session", process->session);
	set_number(json, "uid", process->uid);
	set_number(json, "gid", process->gid);
	set_number(json, "umask", process->umask);
	json_object_set_new(json, "name", string_json(process->name));
	json_object_set_new(json, "program", string_json(process->program.path));
	json_object_set_new(json, "directory", string_json(process->directory));
	return json;
}

static json_t *arguments_json(const struct process_ghost *process)
{
	json_t *json = json_array();
	const char *argument;
	size_t length;

	for (size_t at = 0; summary_argument(process, &at, &argument, &length);)
		json_array_append_new(json, text_json(argument, length));
	return json;
}

static json_t *threads_json(const struct image *image)
{
	json_t *json = json_array();

	for (size_t i = 0; i < image->thread_count; i++) {
		const struct thread_ghost *thread = &image->threads[i];
		json_t *one = json_object();

		set_number(one, "tid", thread->tid);
		json_object_set_new(one, "name", string_json(thread->name));
		json_object_set_new(one, "main", json_boolean(thread->flags & THREAD_MAIN));
		json_object_set_new(one, "ended", json_boolean(thread->flags & THREAD_ENDED));
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *flags_json(const struct region_ghost *region)
{
	json_t *json = json_array();
	const char *flag;

	for (unsigned int bit = 0; (flag = summary_region_flag(bit)); bit++)
		if (region->flags & 1U << bit)
			json_array_append_new(json, json_string(flag));
	return json;
}

static json_t *region_json(const struct image *image, const struct region_ghost *region)
{
	json_t *json = json_object();
	char mode[5];

	summary_region_mode(region, mode);
	json_object_set_new(json, "start", address_json(region->start));
	json_object_set_new(json, "end", address_json(region->end));
	set_number(json, "size", region->end - region->start);
	set_number(json, "packed", summary_region_packed(image, region));
	json_object_set_new(json, "mode", json_string(mode));
	json_object_set_new(json, "type", json_string(summary_region_type(region)));
	json_object_set_new(json, "flags", flags_json(region));
	json_object_set_new(json, "path", string_json(region->file.path));
	json_object_set_new(json, "offset", address_json(region->offset));
	if (region->type == REGION_SHARED_OBJECT)
		set_number(json, "object", region->object);
	if (region->type == REGION_FILE && region->object)
		set_number(json, "embedded", region->object);
	return json;
}

static json_t *regions_json(const struct image *image)
{
	json_t *json = json_array();

	for (size_t i = 0; i < image->region_count; i++)
		json_array_append_new(json, region_json(image, &image->regions[i]));
	return json;
}

static json_t *files_json(const struct image *image)
{
	json_t *json = json_array();
	struct summary_file file;

	for (size_t at = 0; summary_file(image, &at, &file);) {
		json_t *one = json_object();

		set_number(one, "embedded", file.number);
		json_object_set_new(one, "path", string_json(file.path));
		set_number(one, "size", file.stored);
		set_number(one, "packed", file.packed);
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *descriptors_json(const struct image *image)
{
	json_t *json = json_array();

	for (size_t i = 0; i < image->descriptor_count; i++) {
		const struct descriptor_ghost *descriptor = &image->descriptors[i];
		char line[2 * KIND_PATH];
		const char *kind = summary_descriptor(image, descriptor, line, sizeof(line));
		json_t *one = json_object();

		set_number(one, "fd", descriptor->fd);
		json_object_set_new(one, "kind", json_string(kind));
		json_object_set_new(one, "description", string_json(line));
		json_object_set_new(one, "close_on_exec", json_boolean(descriptor->close_on_exec));
		set_number(one, "object", descriptor->object);
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *locks_json(const struct image *image)
{
	json_t *json = json_array();

	for (size_t i = 0; i < image->lock_count; i++) {
		const struct lock_ghost *lock = &image->locks[i];
		json_t *one = json_object();

		set_number(one, "fd", lock->fd);
		json_object_set_new(one, "type", json_string(summary_lock_type(lock)));
		json_object_set_new(one, "exclusive", json_boolean(lock->exclusive));
		set_number(one, "start", lock->start);
		set_number(one, "length", lock->length);
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *totals_json(const struct image *image)
{
	json_t *json = json_object();
	struct summary summary;

	summary_make(image, &summary);
	set_number(json, "file", image->trailer.file_size);
	set_number(json, "memory", summary.memory);
	set_number(json, "stored", summary.stored);
	set_number(json, "packed", summary.packed);
	set_number(json, "chunks", image->chunk_count);
	return json;
}

static json_t *image_json(const struct image *image, const char *path)
{
	const struct process_ghost *process = image->process;
	json_t *json = json_object();

	json_object_set_new(json, "ghost", string_json(path));
	set_number(json, "format", image->header.format);
	json_object_set_new(json, "krgghost", string_json(process->shim));
	json_object_set_new(json, "created", json_integer(process->created));
	json_object_set_new(json, "host", string_json(process->host));
	json_object_set_new(json, "kernel", string_json(process->kernel));
	json_object_set_new(json, "process", process_json(process));
	json_object_set_new(json, "arguments", arguments_json(process));
	json_object_set_new(json, "threads", threads_json(image));
	json_object_set_new(json, "regions", regions_json(image));
	json_object_set_new(json, "files", files_json(image));
	json_object_set_new(json, "descriptors", descriptors_json(image));
	json_object_set_new(json, "locks", locks_json(image));
	json_object_set_new(json, "totals", totals_json(image));
	return json;
}

int command_info_json(const char *path, struct failure *failure)
{
	struct image image;
	json_t *json;
	int error;

	if (image_open(&image, path))
		return failure_set(failure, COMMAND_DAMAGED, "%s", image.error);
	json = image_json(&image, path);
	image_close(&image);
	error = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	json_decref(json);
	if (error)
		return failure_set(failure, COMMAND_DAMAGED, "%s: cannot write it as JSON", path);
	putchar('\n');
	return 0;
}
