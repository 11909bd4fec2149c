/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors: each open file description once, then the numbers. */
#include "revive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../ghost/kind/kinds.h"
#include "../ghost/kind/orphan.h"
#include "../ghost/kind/passed.h"
#include "../ghost/kind/pipe.h"
#include "../ghost/kind/regular.h"
#include "registrations.h"
#include "../ghost/kind/unix.h"
#include "say.h"

#define SPARE 16	/* numbers that krg-resume itself needs above all */

static const char *same_path(struct revive *revive, const char *path)
{
	(void)revive;
	return path;
}

int revive_raise(const struct revived *revived, int fd)
{
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, revived->base);

	if (raised < 0)
		die("no descriptor is free above %d: %s (ulimit -n)", revived->base,
		    strerror(errno));
	close(fd);
	return raised;
}

void revive_note_own(struct own *own)
{
	for (int fd = 0; fd < OWN_MAX; fd++)
		own->open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* A copy above the program's numbers, or -1 where krg-resume was not given it. */
static int copy_own(const struct revived *revived, int fd)
{
	int raised;

	if (fd >= OWN_MAX || !revived->own->open[fd])
		return -1;
	raised = fcntl(fd, F_DUPFD_CLOEXEC, revived->base);
	if (raised < 0)
		die("no descriptor is free above %d: %s (ulimit -n)", revived->base,
		    strerror(errno));
	return raised;
}

static int own_for_kind(struct revive *revive, int fd)
{
	return copy_own(revive->own_data, fd);
}

/* The program's numbers, krg-resume's copies above them and a few more. */
static void make_room(struct revived *revived, const struct image *image)
{
	struct rlimit limit;

	revived->base = 3;
	for (size_t i = 0; i < image->descriptor_count; i++)
		if ((int)image->descriptors[i].fd >= revived->base)
			revived->base = (int)image->descriptors[i].fd + 1;
	for (size_t i = 0; i < image->registration_count; i++)
		if ((int)image->registrations[i].fd >= revived->base)
			revived->base = (int)image->registrations[i].fd + 1;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < (rlim_t)revived->base + image->object_count + SPARE)
		die("the program had descriptor %d open; %llu descriptors are not enough to "
		    "resume it (ulimit -n)",
		    revived->base - 1, (unsigned long long)limit.rlim_cur);
}

/* Which of the program's numbers --fd is about, if it is about this object. */
static const struct redirect *redirect_of(const struct image *image, uint32_t object,
					  const struct options *options)
{
	for (size_t i = 0; i < image->descriptor_count; i++) {
		if (image->descriptors[i].object != object)
			continue;
		for (int j = 0; j < options->redirect_count; j++)
			if ((uint32_t)options->redirects[j].fd == image->descriptors[i].fd)
				return &options->redirects[j];
	}
	return NULL;
}

/* Files that --fd created: they go again if there will be no restart. */
static const char *created[REDIRECTS_MAX];
static int created_count;

static void remove_created(void)
{
	while (created_count)
		unlink(created[--created_count]);
}

static int open_or_create(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd >= 0 || errno != ENOENT || (flags & O_ACCMODE) == O_RDONLY)
		return fd;
	fd = open(path, flags | O_CREAT | O_EXCL, 0666);
	if (fd >= 0) {
		created[created_count++] = path;
		die_first(remove_created);
	}
	return fd;
}

static int open_redirect(const struct revived *revived, const struct redirect *redirect,
			 const struct object *object)
{
	int flags = (int)object->flags & (O_ACCMODE | O_APPEND | O_NONBLOCK);
	int fd;

	if (!strcmp(redirect->to, "inherit")) {
		fd = copy_own(revived, redirect->fd);
	} else if (!strcmp(redirect->to, "null")) {
		fd = open("/dev/null", flags | O_CLOEXEC);
	} else {
		fd = open_or_create(redirect->to, flags | O_CLOEXEC | O_NOCTTY);
	}
	if (fd < 0)
		die("--fd %d=%s: %s", redirect->fd, redirect->to, strerror(errno));
	return fd;
}

/* The standard stream of the program that this description is, or -1. */
static int stream_of(const struct image *image, uint32_t object)
{
	for (size_t i = 0; i < image->descriptor_count; i++)
		if (image->descriptors[i].object == object && image->descriptors[i].fd < 3)
			return (int)image->descriptors[i].fd;
	return -1;
}

/* A file that another user opened for the program cannot be opened again by its
 * own; but krg-resume may have been started with the same file. */
static int take_own_stream(const struct revived *revived, const struct image *image,
			   const struct image_object *object)
{
	const struct regular_ghost *regular = (const void *)object->record;
	int stream = stream_of(image, object->record->id);
	struct stat stat;

	if (stream < 0 || object->kind != &kind_regular || fstat(stream, &stat) ||
	    stat.st_ino != regular->file.inode || stat.st_dev != regular->file.device)
		return -1;
	if (!(object->record->flags & O_APPEND))
		lseek(stream, (off_t)regular->offset, SEEK_SET);
	return copy_own(revived, stream);
}

static int revive_one(struct revived *revived, const struct image *image,
		      const struct image_object *object, const struct options *options,
		      struct revive *revive)
{
	const struct redirect *redirect = redirect_of(image, object->record->id, options);
	int fd;

	revive->reason[0] = '\0';
	fd = redirect ? open_redirect(revived, redirect, object->record)
		      : object->kind->revive(object->record, revive);
	if (fd < 0) {
		int stream = stream_of(image, object->record->id);
		int own = take_own_stream(revived, image, object);

		if (own >= 0)
			return own;
		if (!revive->reason[0])
			snprintf(revive->reason, sizeof(revive->reason),
				 "a descriptor of the program (%s) cannot be made: %s",
				 object->kind->name, strerror(-fd));
		die("%s%s%s", revive->reason,
		    stream < 0 ? "" : "; --fd N=inherit takes krg-resume's own descriptor N: ",
		    stream < 0 ? "" : stream == 0 ? "N is 0" : stream == 1 ? "N is 1" : "N is 2");
	}
	return revive_raise(revived, fd);
}

static void check_redirects(const struct image *image, const struct options *options)
{
	for (int i = 0; i < options->redirect_count; i++) {
		size_t j = 0;

		while (j < image->descriptor_count &&
		       image->descriptors[j].fd != (uint32_t)options->redirects[i].fd)
			j++;
		if (j == image->descriptor_count)
			die("--fd %d=%s: the program has no descriptor %d",
			    options->redirects[i].fd, options->redirects[i].to,
			    options->redirects[i].fd);
	}
}

int revive_fd_of(const struct revived *revived, const struct image *image, uint32_t object)
{
	const struct image_object *found = image_find_object(image, object);

	return found ? revived->fds[found - image->objects] : -1;
}

static int fd_for_kind(const struct revive *revive, uint32_t object)
{
	const struct revived *revived = revive->object_data;

	return revive_fd_of(revived, revived->image, object);
}

static void prepare_shared(const struct image *image, struct revive *revive)
{
	for (size_t i = 0; i < image->shared_count; i++) {
		const struct image_shared *shared = &image->shared[i];
		int error;

		revive->reason[0] = '\0';
		error = shared->kind->prepare(shared->record, revive);
		if (error && revive->reason[0])
			die("%s", revive->reason);
		if (error)
			die("a %s of the program cannot be made: %s", shared->kind->name,
			    strerror(-error));
	}
}

void revive_objects(struct revived *revived, const struct own *own, const struct image *image,
		    const struct options *options)
{
	struct revive *revive = &revived->revive;

	*revived = (struct revived){
		.own = own, .image = image,
		.revive = { .relocate = same_path, .own = own_for_kind, .own_data = revived,
			    .object = fd_for_kind, .object_data = revived },
	};
	check_redirects(image, options);
	make_room(revived, image);
	revived->fds = calloc(image->object_count + 1, sizeof(*revived->fds));
	if (!revived->fds)
		die("out of memory");
	prepare_shared(image, revive);
	for (size_t i = 0; i < image->object_count; i++)
		revived->fds[i] = revive_one(revived, image, &image->objects[i], options, revive);
	pipe_revive_done(revive);
	unix_revive_names(revive);
	registrations_check(revived, image);
}

static int close_between(int from, int to)
{
	if (from > to)
		return 0;
	return syscall(SYS_close_range, from, to, 0) ? -errno : 0;
}

void revive_enter(struct revived *revived, const struct image *image)
{
	for (size_t i = 0; i < image->object_count; i++) {
		const struct kind *kind = image->objects[i].kind;
		int fd = kind->enter ? kind->enter(image->objects[i].record) : -EOPNOTSUPP;

		if (fd < 0)
			continue;
		close(revived->fds[i]);
		revived->fds[i] = revive_raise(revived, fd);
	}
}

void revive_start(const struct revived *revived, const struct image *image)
{
	for (size_t i = 0; i < image->object_count; i++)
		if (image->objects[i].kind->start)
			image->objects[i].kind->start(image->objects[i].record, revived->fds[i]);
}

static void forget_kept(struct revive *revive)
{
	unix_revive_done(revive);
	orphan_revive_done(revive);
	passed_done(revive);
}

int revive_complete(struct revived *revived, const struct image *image)
{
	struct revive *revive = &revived->revive;
	int error = 0;

	revive->reason[0] = '\0';
	for (size_t i = 0; i < image->shared_count && !error; i++)
		if (image->shared[i].kind->complete)
			error = image->shared[i].kind->complete(image->shared[i].record, revive);
	for (size_t i = 0; i < image->object_count && !error; i++)
		if (image->objects[i].kind->complete)
			error = image->objects[i].kind->complete(image->objects[i].record, revive);
	forget_kept(revive);
	return error;
}

int revive_numbers(const struct revived *revived, const struct image *image, const int *keep,
		   int keep_count)
{
	int next = revived->base, error = close_between(0, revived->base - 1);

	for (size_t i = 0; i < image->descriptor_count && !error; i++) {
		const struct descriptor_ghost *descriptor = &image->descriptors[i];
		int flags = descriptor->close_on_exec ? O_CLOEXEC : 0;

		if (dup3(revive_fd_of(revived, image, descriptor->object), (int)descriptor->fd, flags) < 0)
			error = -errno;
	}
	for (int i = 0; i < keep_count && !error; i++) {
		error = close_between(next, keep[i] - 1);
		next = keep[i] + 1;
	}
	return error ? error : close_between(next, ~0U >> 1);
}

void revive_forget(struct revived *revived, const struct image *image)
{
	for (size_t i = 0; i < image->object_count; i++)
		close(revived->fds[i]);
	free(revived->fds);
	revived->fds = NULL;
	forget_kept(&revived->revive);
}

int revive_locks(const struct image *image, const struct lock_ghost **lock)
{
	for (size_t i = 0; i < image->lock_count; i++) {
		int error = lock_retake(&image->locks[i]);

		if (error) {
			*lock = &image->locks[i];
			return error;
		}
	}
	return 0;
}
