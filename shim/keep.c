/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other ghosts of the program's pattern: the highest number, and the oldest ones. */
#include "keep.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../ghost/header.h"
#include "../ghost/sys.h"
#include "anchor.h"
#include "place.h"

struct age {
	uint64_t number, time;
};

struct walk {
	int directory;
	const char *pattern;	/* of the name alone */
	const char *spared;	/* no need to look at this one */
	void (*see)(struct walk *walk, const char *name, const struct age *age);
	uint64_t highest;
	struct age newest[SETTINGS_KEEP];	/* newest first */
	uint32_t count, room;
	int error;
};

static int is_older(const struct age *one, const struct age *other)
{
	return one->number != other->number ? one->number < other->number
					    : one->time < other->time;
}

static int is_ours(int directory, const char *name)
{
	int file = sys_openat(directory, name,
			      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	struct stat stat;
	int result;

	if (file < 0)
		return 0;
	result = !sys_call2(SYS_fstat, file, &stat) && S_ISREG(stat.st_mode) &&
		 stat.st_uid == (uint32_t)sys_call0(SYS_geteuid) && !header_look(file);
	sys_close(file);
	return result;
}

static void look_at(struct walk *walk, const char *name)
{
	struct pattern_values values = {
		.program = anchor.settings.name,
		.host = anchor.settings.host,
		.pid = (uint64_t)anchor.pid,
	};
	uint32_t known = PATTERN_PID;
	struct age age;

	if (!pattern_match(walk->pattern, (uint32_t)strlen(walk->pattern), name, &values, &known) ||
	    (walk->spared && !strcmp(name, walk->spared)))
		return;
	age.number = values.number;
	age.time = values.time;
	walk->see(walk, name, &age);
}

static int each(struct walk *walk)
{
	char names[4096];
	long length;

	sys_lseek(walk->directory, 0, SEEK_SET);
	while ((length = sys_getdents64(walk->directory, names, sizeof(names))) > 0) {
		for (long at = 0; at < length;) {
			const struct dirent64 *entry = (void *)(names + at);

			look_at(walk, entry->d_name);
			at += entry->d_reclen;
		}
	}
	return (int)length;
}

static void see_number(struct walk *walk, const char *name, const struct age *age)
{
	(void)name;
	if (age->number > walk->highest && age->number < UINT32_MAX)
		walk->highest = age->number;
}

uint32_t keep_highest(const char *name)
{
	struct walk walk;

	walk.pattern = place_base(anchor.settings.pattern);
	if (!pattern_has(walk.pattern, 'n'))
		return 0;
	walk.directory = place_directory(name);
	if (walk.directory < 0)
		return 0;	/* whoever makes the ghost there will say it */
	walk.spared = NULL;
	walk.see = see_number;
	walk.highest = 0;
	each(&walk);
	sys_close(walk.directory);
	return (uint32_t)walk.highest;
}

static void see_newest(struct walk *walk, const char *name, const struct age *age)
{
	uint32_t place = walk->count;

	if (!is_ours(walk->directory, name))
		return;
	while (place && is_older(&walk->newest[place - 1], age))
		place--;
	if (place == walk->room)
		return;
	if (walk->count < walk->room)
		walk->count++;
	memmove(walk->newest + place + 1, walk->newest + place,
		(walk->count - place - 1) * sizeof(*walk->newest));
	walk->newest[place] = *age;
}

static void remove_old(struct walk *walk, const char *name, const struct age *age)
{
	int error;

	if (walk->count < walk->room || (walk->room && !is_older(age, &walk->newest[walk->room - 1])) ||
	    !is_ours(walk->directory, name))
		return;
	error = (int)sys_call3(SYS_unlinkat, walk->directory, name, 0);
	if (error && error != -ENOENT && !walk->error)
		walk->error = error;
}

int keep_newest(int directory, const char *name)
{
	struct walk walk;
	int error;

	walk.pattern = place_base(anchor.settings.pattern);
	if (!anchor.settings.keep ||
	    (!pattern_has(walk.pattern, 'n') && !pattern_has(walk.pattern, 't')))
		return 0;
	walk.directory = directory;
	walk.spared = name;
	walk.room = anchor.settings.keep - 1;
	walk.count = 0;
	walk.error = 0;
	walk.see = see_newest;
	error = each(&walk);
	if (error)
		return error;
	walk.see = remove_old;
	error = each(&walk);
	return walk.error ? walk.error : error;
}
