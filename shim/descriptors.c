/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing the descriptors: which share a description, and what each is. */
#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>

#include "../ghost/frame.h"
#include "../ghost/kind/descriptor.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/kind/lock.h"
#include "../ghost/kind/orphan.h"
#include "../ghost/kind/passed.h"
#include "../ghost/kind/pipe.h"
#include "../ghost/sys.h"
#include "inherited.h"
#include "locks.h"
#include "proc.h"
#include "registrations.h"
#include "sockets.h"
#include "survey.h"

static int add(struct descriptors *descriptors, int fd)
{
	struct descriptor_entry *entry = &descriptors->entries[descriptors->count];
	struct stat stat;
	int flags;

	if (descriptors->count == descriptors->room)
		return -E2BIG;
	memset(entry, 0, sizeof(*entry));
	entry->fd = fd;
	descriptors->count++;
	flags = (int)sys_call2(SYS_fstat, fd, &stat);
	if (!flags && S_ISSOCK(stat.st_mode))
		entry->socket = stat.st_ino;
	if (flags || !S_ISFIFO(stat.st_mode))
		return flags;
	flags = sys_fcntl(fd, F_GETFL, 0);
	if (flags < 0)
		return flags;
	entry->pipe = stat.st_ino;
	entry->packets = (flags & O_DIRECT) != 0;
	entry->ends = (flags & O_ACCMODE) == O_RDONLY ? 1 : (flags & O_ACCMODE) == O_RDWR ? 3 : 2;
	return 0;
}

int descriptors_add_passed(struct descriptors *descriptors, int fd, uint32_t number)
{
	int error = add(descriptors, fd);

	if (!error)
		descriptors->entries[descriptors->count - 1].passed = number;
	return error;
}

void descriptors_close_passed(struct descriptors *descriptors)
{
	for (uint32_t i = 0; i < descriptors->count; i++)
		if (descriptors->entries[i].passed)
			sys_close(descriptors->entries[i].fd);
}

int descriptors_list(struct descriptors *descriptors)
{
	char names[4096];
	int directory = sys_open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long length = directory;
	int error = 0;

	while (directory >= 0 && !error &&
	       (length = sys_getdents64(directory, names, sizeof(names))) > 0) {
		for (long at = 0; at < length && !error;) {
			const struct dirent64 *entry = (void *)(names + at);
			const char *name = entry->d_name;
			int fd = *name == '.' ? directory : (int)text_take_decimal(&name);

			if (fd != directory)
				error = add(descriptors, fd);
			at += entry->d_reclen;
		}
	}
	if (directory >= 0)
		sys_close(directory);
	return error ? error : length < 0 ? (int)length : 0;
}

/* Where kcmp(2) is forbidden (some containers): descriptions of the same file
 * share their position if they are one, so moving it by one shows.  What cannot be
 * positioned stays apart, which only matters for its flags. */
static int same_by_position(int one, int other)
{
	struct stat a, b;
	long before = sys_lseek(one, 0, SEEK_CUR);
	int same;

	if (before < 0 || sys_call2(SYS_fstat, one, &a) || sys_call2(SYS_fstat, other, &b) ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino || !S_ISREG(a.st_mode) ||
	    sys_lseek(other, 0, SEEK_CUR) != before)
		return 0;
	sys_lseek(one, before + 1, SEEK_SET);
	same = sys_lseek(other, 0, SEEK_CUR) == before + 1;
	sys_lseek(one, before, SEEK_SET);
	return same;
}

/* Whether two numbers stand for one description: the kernel's order of their
 * addresses, scrambled (kcmp(2)): 0 same, 1 less, 2 greater, or -errno. */
static long compare(int one, int other)
{
	int self = sys_getpid();

	return sys_call6(SYS_kcmp, self, self, KCMP_FILE, one, other, 0);
}

static uint32_t search_slowly(struct descriptors *descriptors, int fd, int *same)
{
	uint32_t place = 0;

	while (place < descriptors->objects &&
	       !same_by_position(fd, descriptors->entries[descriptors->order[place]].fd))
		place++;
	*same = place < descriptors->objects;
	return place;
}

/* Finds `fd` among the descriptions by bisection.  Returns its place in the
 * order, or -errno; *same tells whether the description there is this one. */
static int64_t search(struct descriptors *descriptors, int fd, int *same)
{
	uint32_t low = 0, high = descriptors->objects;

	*same = 0;
	if (!descriptors->can_compare)
		return search_slowly(descriptors, fd, same);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		long order = compare(fd, descriptors->entries[descriptors->order[middle]].fd);

		if (order < 0)
			return order;
		if (order == 0) {
			*same = 1;
			return middle;
		}
		if (order == 1)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* /proc/4711/maps of the program itself is /proc/self/maps of the reborn one. */
static void rename_own_proc(char *target, uint32_t process)
{
	const char *cursor = text_after(target, "/proc/");
	char rest[KIND_PATH];
	struct text text;

	if (!cursor || *cursor < '1' || *cursor > '9' || text_take_decimal(&cursor) != process ||
	    *cursor != '/')
		return;
	strcpy(rest, cursor + 1);
	text_open(&text, target, KIND_PATH);
	text_add(&text, KIND_OWN_PROC);
	text_add(&text, rest);
}

static int look(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	struct seen *seen = &descriptors->seen;
	char path[32];
	struct text text;
	long length;
	int error;

	memset(seen, 0, offsetof(struct seen, target));
	seen->fd = entry->fd;
	seen->flags = sys_fcntl(entry->fd, F_GETFL, 0);
	error = sys_fcntl(entry->fd, F_GETFD, 0);
	if (seen->flags < 0 || error < 0)
		return seen->flags < 0 ? seen->flags : error;
	seen->close_on_exec = error & FD_CLOEXEC;
	for (uint32_t i = 0; entry->pipe && i < descriptors->count; i++)
		if (descriptors->entries[i].pipe == entry->pipe)
			seen->pipe_ends |= descriptors->entries[i].ends;
	text_open(&text, path, sizeof(path));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, entry->fd);
	length = sys_readlinkat(AT_FDCWD, path, seen->target, sizeof(seen->target) - 1);
	if (length < 0)
		return (int)length;
	seen->target[length] = '\0';
	rename_own_proc(seen->target, descriptors->process);
	error = (int)sys_call2(SYS_fstat, entry->fd, &seen->stat);
	seen->process = descriptors->process;
	seen->inherited = !error && !entry->passed && inherited_has(entry->fd, &seen->stat);
	seen->holds = sockets_holds;
	seen->holder = descriptors;
	return error;
}

/* The queue of a pipe, once: by the first of its reading ends.  Without one
 * nobody can ever read what is in it. */
static int capture_queue(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	struct pipe_ghost *pipe = descriptors->record;
	int reader = -1, packets = 0, error = 0;

	for (uint32_t i = 0; i < descriptors->count; i++) {
		const struct descriptor_entry *other = &descriptors->entries[i];

		if (other->pipe != entry->pipe)
			continue;
		if (other->fd < entry->fd)
			return 0;
		if (reader < 0 && (other->ends & 1))
			reader = other->fd;
		packets |= other->packets;
	}
	memset(pipe, 0, sizeof(*pipe));
	pipe->id = entry->pipe;
	pipe->capacity = 65536;
	if (reader >= 0)
		error = pipe_peek(reader, packets, pipe);
	if (error && error != -E2BIG)
		return error;
	if (error)
		return refuse_descriptor(descriptors->refusals, entry->fd,
					 descriptors->seen.target, "what waits in this pipe",
					 "let the program read it first");
	return frame_put(descriptors->ghost, kind_pipe.tag, kind_pipe.version, kind_pipe.make, pipe,
			 sizeof(*pipe));
}

static int capture_orphan(struct descriptors *descriptors)
{
	const struct seen *seen = &descriptors->seen;
	int error = orphans_note(descriptors->orphans, seen, descriptors->alone,
				 descriptors->ghost, descriptors->record);

	if (error != -EACCES && error != -E2BIG)
		return error;
	return refuse_descriptor(descriptors->refusals, seen->fd, seen->target,
				 error == -E2BIG ? "so many files without a name"
						 : "a file without a name that cannot be read",
				 "let the program close it first");
}

static int refuse(struct descriptors *descriptors, const struct refusal *refusal)
{
	const struct seen *seen = &descriptors->seen;
	const char *what = refusal->what;

	if (!what)
		what = S_ISSOCK(seen->stat.st_mode) ? "a socket" : "an object of this kind";
	return refuse_descriptor(descriptors->refusals, seen->fd, seen->target, what,
				 refusal->cure ? refusal->cure : "let the program close it first");
}

/* Offers the description to each kind.  1 where nobody took it and that is
 * forgiven (KRG_FORCE). */
static int capture_object(struct descriptors *descriptors, uint32_t id)
{
	struct object *object = descriptors->record;
	struct refusal refusal = { NULL, NULL };

	for (int i = 0; kinds[i]; i++) {
		const struct kind *kind = kinds[i];
		int result;

		if (!kind->capture)
			continue;
		memset(descriptors->record, 0, kind->size);
		result = kind->capture(&descriptors->seen, descriptors->record, &refusal);
		if (result == KIND_NOT_MINE)
			continue;
		if (result < 0 && !refusal.what && result != -EOPNOTSUPP)
			return result;
		if (result < 0)
			break;
		survey_object(descriptors->refusals->survey, &descriptors->seen, kind);
		object->id = id;
		object->flags = (uint32_t)descriptors->seen.flags;
		return frame_put(descriptors->ghost, kind->tag, kind->version, kind->make,
				 descriptors->record, kind->size);
	}
	return refuse(descriptors, &refusal) ? -ECANCELED : 1;
}

static int record_number(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	struct passed_ghost passed = { entry->passed, entry->object };
	struct descriptor_ghost record = {
		.fd = (uint32_t)entry->fd,
		.object = entry->object,
		.close_on_exec = descriptors->seen.close_on_exec != 0,
	};

	if (entry->passed)
		return frame_put(descriptors->ghost, kind_passed.tag, kind_passed.version,
				 kind_passed.make, &passed, sizeof(passed));
	return frame_put(descriptors->ghost, kind_descriptor.tag, kind_descriptor.version,
			 kind_descriptor.make, &record, sizeof(record));
}

static int capture_one(struct descriptors *descriptors, uint32_t place)
{
	struct descriptor_entry *entry = &descriptors->entries[place];
	int64_t at;
	int same, error = look(descriptors, entry);

	if (error)
		return error;
	at = search(descriptors, entry->fd, &same);
	if (at < 0)
		return (int)at;
	if (same) {
		entry->object = descriptors->entries[descriptors->order[at]].object;
		return record_number(descriptors, entry);
	}
	entry->object = descriptors->objects + 1;
	if (entry->pipe && descriptors->seen.target[0] == 'p') {
		error = pipe_is_inside(&descriptors->seen);
		if (error > 0)
			error = capture_queue(descriptors, entry);
		if (error)
			return error;
	}
	error = orphan_is(&descriptors->seen) ? capture_orphan(descriptors) : 0;
	if (!error)
		error = capture_object(descriptors, entry->object);
	if (error) {
		entry->object = 0;
		return error < 0 ? error : 0;
	}
	entry->epoll = !strcmp(descriptors->seen.target, "anon_inode:[eventpoll]");
	memmove(descriptors->order + at + 1, descriptors->order + at,
		(descriptors->objects - (size_t)at) * sizeof(*descriptors->order));
	descriptors->order[at] = place;
	descriptors->objects++;
	return record_number(descriptors, entry);
}

int descriptors_capture(struct descriptors *descriptors)
{
	int error = sockets_capture(descriptors);

	descriptors->process = proc_pid();
	descriptors->can_compare = descriptors->count && compare(descriptors->entries[0].fd,
								 descriptors->entries[0].fd) >= 0;
	for (uint32_t i = 0; i < descriptors->count && !error; i++) {
		error = capture_one(descriptors, i);
		if (!error && !descriptors->entries[i].passed &&
		    S_ISREG(descriptors->seen.stat.st_mode))
			error = locks_capture(descriptors, descriptors->entries[i].fd);
	}
	return error ? error : registrations_capture(descriptors);
}
