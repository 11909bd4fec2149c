/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* krg-resume: brings the program in a ghost back to life and stays in front of it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../ghost/image.h"
#include "check.h"
#include "clocks.h"
#include "front.h"
#include "group.h"
#include "leave.h"
#include "namespace.h"
#include "options.h"
#include "say.h"
#include "spawn.h"
#include "vdso.h"

static void tell_embedded(const struct embedded *embedded)
{
	for (uint32_t i = 1; i < embedded->count; i++)
		if (embedded->files[i].used)
			warn("%s is not there as it was: it is taken from the ghost",
			     embedded->files[i].region->file.path);
}

static void open_image(struct image *image, struct embedded *embedded,
		       const struct options *options)
{
	if (image_open(image, options->image))
		die("%s", image->error);
	if (!options->trust && image_trusted(image))
		die("%s: %s; --trust resumes it nevertheless", options->image, image->error);
	check_machine(image, options->force);
	vdso_compare(image, options->elsewhere);
	if (embedded_open(embedded, image))
		die("out of memory");
	check_files(image, embedded);
	if (options->verbose)
		tell_embedded(embedded);
}

/* The old ids on this host.  0, or -errno where another way may be tried. */
static int try_host(struct front *front, struct leave *leave, const struct options *options)
{
	struct leave_report report;

	if (!spawn_ids_are_free(leave->image)) {
		if (options->ids == IDS_HOST)
			die("an id of the program is in use on this host (process %u); "
			    "--pids=namespace gives it one of its own",
			    leave->image->process->pid);
		return -EEXIST;
	}
	front->child = spawn_program(leave, &report);
	if (front->child > 0)
		return 0;
	if (options->ids == IDS_HOST)
		die("%s", report.line);
	/* Ids that cannot be had here, or not by this user, are free in a namespace;
	 * nothing else that failed would get better there. */
	if (front->child == -EEXIST || front->child == -EPERM || front->child == -EINVAL)
		return front->child;
	die("%s", report.line);
}

static void use_namespace(struct front *front, struct leave *leave)
{
	struct namespace namespace;
	struct leave_report report;

	if (namespace_spawn(&namespace, leave, &report))
		die("%s", report.line);
	front->child = namespace.init;
	front->news_in = namespace.news;
}

static void start(struct front *front, struct leave *leave, const struct options *options)
{
	if (options->ids != IDS_NAMESPACE && !try_host(front, leave, options)) {
		if (options->verbose && leave->clocks)
			leave_tell_clocks(leave);
		if (options->verbose)
			warn("process %d goes on, with its ids on this host", front->child);
		return;
	}
	use_namespace(front, leave);
	if (options->verbose)
		warn("process %u goes on, with its ids in a namespace (init %d here)",
		     leave->image->process->pid, front->child);
}

static pid_t parent_of(const char *pid)
{
	char path[300], state;
	int parent = -1;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return -1;
	/* The name, in parentheses, may hold blanks, but hardly a program's ") S ". */
	if (fscanf(stat, "%*d (%*[^)]) %c %d", &state, &parent) != 2)
		parent = -1;
	fclose(stat);
	return parent;
}

/* The program itself, as this side of a namespace numbers it: the one child that
 * the namespace's init has so far. */
static pid_t program_of(const struct front *front)
{
	DIR *processes = front->news_in < 0 ? NULL : opendir("/proc");
	pid_t program = front->child;
	struct dirent *entry;

	while (processes && (entry = readdir(processes)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    parent_of(entry->d_name) == front->child)
			program = atoi(entry->d_name);
	if (processes)
		closedir(processes);
	return program;
}

int main(int count, char **arguments)
{
	struct front front = { .news_in = -1, .news_out = -1 };
	struct leave leave = { .report = -1 };
	struct options options;
	struct revived revived;
	struct own own;
	struct embedded embedded;
	struct image image;
	int status;

	revive_note_own(&own);
	/* Memory for the plan must come from the heap: see stage.h. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	options_read(&options, count, arguments);
	open_image(&image, &embedded, &options);
	if (options.plan) {
		leave_print_plan(&image);
		return 0;
	}
	front_prepare();
	front.terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	revive_objects(&revived, &own, &image, &options);
	if (front.terminal >= 0)
		front.terminal = revive_raise(&revived, front.terminal);
	leave.image = &image;
	leave.embedded = &embedded;
	leave.options = &options;
	leave.revived = &revived;
	leave.clocks = clocks_enter(&image, 0);
	start(&front, &leave, &options);
	die_first(NULL);
	revive_forget(&revived, &image);
	front.apart = image.process->group == image.process->pid;
	front.program = program_of(&front);
	if (group_is_led(&image))
		front.group = getpgid(front.program);
	status = front_run(&front);
	if (front.terminal >= 0 && front.group && tcgetpgrp(front.terminal) == front.group)
		tcsetpgrp(front.terminal, getpgrp());
	front_end(status);
}
