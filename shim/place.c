/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a ghost in the making: it has its name only when it is whole. */
#include "place.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "keep.h"

const char *place_base(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int expand_name(struct scribe *scribe, uint32_t number, int64_t seconds)
{
	if (!scribe->dry)
		anchor.number = number;
	return settings_ghost_name(&anchor.settings, anchor.pid, number, seconds, scribe->name,
				   sizeof(scribe->name));
}

int place_choose(struct scribe *scribe)
{
	struct timespec now;
	uint32_t number = anchor.number + 1;
	uint32_t highest;
	struct text text;
	int error;

	if (scribe->post.mail.output[0]) {
		if (!scribe->dry)
			anchor.number = number;
		text_open(&text, scribe->name, sizeof(scribe->name));
		text_add(&text, scribe->post.mail.output);
		return text.cut ? -ENAMETOOLONG : 0;
	}
	sys_call2(SYS_clock_gettime, CLOCK_REALTIME, &now);
	error = expand_name(scribe, number, now.tv_sec);
	if (error)
		return error;
	/* A program resumed from an older ghost must not write over a newer one. */
	highest = keep_highest(scribe->name);
	return highest < number ? 0 : expand_name(scribe, highest + 1, now.tv_sec);
}

/* A hidden name next to the final one, so that the renaming stays in one directory. */
static void temporary_name(const struct scribe *scribe, char *name, size_t size)
{
	struct text text;

	text_open(&text, name, size);
	text_add(&text, ".krg-");
	text_add_decimal(&text, anchor.pid);
	text_add(&text, "-");
	text_add_decimal(&text, scribe->began);
	text_add(&text, ".tmp");
}

int place_directory(const char *name)
{
	char path[sizeof(((struct scribe *)NULL)->name)];
	const char *base = place_base(name);
	size_t length = (size_t)(base - name);

	if (!*base || *name != '/')
		return -EISDIR;
	memcpy(path, name, length);
	path[length] = '\0';
	return sys_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
}

int place_open(struct scribe *scribe)
{
	char name[64];

	scribe->directory = place_directory(scribe->name);
	if (scribe->directory < 0)
		return scribe->directory;
	scribe->file = sys_openat(scribe->directory, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (scribe->file == -EOPNOTSUPP || scribe->file == -EISDIR || scribe->file == -EINVAL) {
		temporary_name(scribe, name, sizeof(name));
		scribe->named = 1;
		scribe->file = sys_openat(scribe->directory, name,
					  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (scribe->file < 0)
			scribe->named = 0;
	}
	if (scribe->file < 0) {
		sys_close(scribe->directory);
		return scribe->file;
	}
	/* The program's umask may have taken away even our own rights. */
	sys_call2(SYS_fchmod, scribe->file, 0600);
	return 0;
}

/* Between the two names of a file the program may be killed: then the scribe lives
 * on until it is done, and no half of the step remains. */
static void outlive(const struct scribe *scribe, int signal)
{
	if (!scribe->alone)
		sys_call2(SYS_prctl, PR_SET_PDEATHSIG, signal);
}

/* linkat(2) does not replace, so a file without a name gets a temporary one first. */
static int name_it(struct scribe *scribe, const char *name)
{
	char self[32];
	struct text text;
	int error;

	if (scribe->named)
		return 0;
	scribe->named = 1;	/* before it is: the leader may have to tidy up */
	text_open(&text, self, sizeof(self));
	text_add(&text, "/proc/self/fd/");
	text_add_decimal(&text, scribe->file);
	error = (int)sys_call6(SYS_linkat, AT_FDCWD, sys_arg(self), scribe->directory,
			       sys_arg(name), AT_SYMLINK_FOLLOW, 0);
	if (error)
		scribe->named = 0;
	return error;
}

static void remove_it(struct scribe *scribe)
{
	char name[64];

	temporary_name(scribe, name, sizeof(name));
	if (scribe->named)
		sys_call3(SYS_unlinkat, scribe->directory, name, 0);
	scribe->named = 0;
}

/* From the temporary name to the final one; what had that is replaced. */
static int move_it(struct scribe *scribe)
{
	char name[64];
	int error;

	temporary_name(scribe, name, sizeof(name));
	outlive(scribe, 0);
	error = name_it(scribe, name);
	if (!error)
		error = (int)sys_call4(SYS_renameat, scribe->directory, name, scribe->directory,
				       place_base(scribe->name));
	if (!error)
		scribe->named = 0;
	else
		remove_it(scribe);
	outlive(scribe, SIGKILL);
	return error;
}

int place_publish(struct scribe *scribe)
{
	int error = (int)sys_call2(SYS_ftruncate, scribe->file, scribe->size);

	if (!error)
		error = (int)sys_call1(SYS_fsync, scribe->file);
	if (!error)
		error = move_it(scribe);
	if (error)
		return error;
	/* Some file systems do not know this for folders, and need it not. */
	error = (int)sys_call1(SYS_fsync, scribe->directory);
	return error == -EINVAL ? 0 : error;
}

void place_tidy(struct scribe *scribe)
{
	char path[sizeof(scribe->name) + 64];
	size_t length = (size_t)(place_base(scribe->name) - scribe->name);

	if (!scribe->named)
		return;
	memcpy(path, scribe->name, length);
	temporary_name(scribe, path + length, sizeof(path) - length);
	sys_call3(SYS_unlinkat, AT_FDCWD, path, 0);
}

void place_close(struct scribe *scribe)
{
	remove_it(scribe);
	sys_close(scribe->file);
	sys_close(scribe->directory);
}
