/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc tells about one process. */
#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROC_PATH 64

static FILE *open_file(pid_t pid, const char *file)
{
	char path[PROC_PATH];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return fopen(path, "re");
}

static void take_line(const char *line, struct process *process)
{
	sscanf(line, "Name: %63[^\n]", process->name);
	sscanf(line, "State: %c", &process->state);
	sscanf(line, "Tgid: %d", &process->leader);
	sscanf(line, "PPid: %d", &process->parent);
	sscanf(line, "Uid: %*u %u", &process->user);
	sscanf(line, "Gid: %*u %u", &process->group);
	sscanf(line, "ShdPnd: %" SCNx64, &process->pending);
	sscanf(line, "SigCgt: %" SCNx64, &process->caught);
}

int process_read(pid_t pid, struct process *process)
{
	FILE *status = open_file(pid, "status");
	char *line = NULL;
	size_t size = 0;

	if (!status)
		return errno == ENOENT ? -ESRCH : -errno;
	memset(process, 0, sizeof(*process));
	while (getline(&line, &size, status) > 0)
		take_line(line, process);
	free(line);
	fclose(status);
	/* It ended between open and read. */
	return process->leader ? 0 : -ESRCH;
}

/* True where a line of /proc/PID/maps ends with a file called `name`: the file
 * itself, one that was deleted since, or memory that was given its name when it
 * came out of a ghost. */
static int line_names(char *line, const char *name)
{
	static const char deleted[] = " (deleted)";
	size_t length = strcspn(line, "\n");
	char *file;

	if (length >= sizeof(deleted) &&
	    !memcmp(line + length - strlen(deleted), deleted, strlen(deleted)))
		length -= strlen(deleted);
	else if (length && line[length - 1] == ']')
		length--;
	line[length] = '\0';
	file = line + length;
	while (file > line && !strchr("/:", file[-1]))
		file--;
	return file > line && !strcmp(file, name);
}

int process_has_library(pid_t pid, const char *name)
{
	FILE *maps = open_file(pid, "maps");
	char *line = NULL;
	size_t size = 0;
	int found = 0;

	if (!maps)
		return errno == ENOENT ? -ESRCH : -errno;
	errno = 0;
	while (!found && getline(&line, &size, maps) > 0)
		found = line_names(line, name);
	if (!found && ferror(maps))
		found = -errno;
	free(line);
	fclose(maps);
	return found;
}

int process_variable(pid_t pid, const char *name, char *value, size_t size)
{
	FILE *variables = open_file(pid, "environ");
	size_t room = 0, length = strlen(name);
	char *entry = NULL;
	int result = -ENOENT;

	if (!variables)
		return errno == ENOENT ? -ESRCH : -errno;
	while (result == -ENOENT && getdelim(&entry, &room, '\0', variables) > 0) {
		if (strncmp(entry, name, length) || entry[length] != '=')
			continue;
		result = strlen(entry + length + 1) < size ? 0 : -E2BIG;
		if (!result)
			strcpy(value, entry + length + 1);
	}
	free(entry);
	fclose(variables);
	return result;
}

int process_is_program(pid_t pid, const struct process *process, const char *name)
{
	char path[PROC_PATH], target[PATH_MAX];
	const char *slash;
	ssize_t length;

	if (!strcmp(process->name, name))
		return 1;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return 0;
	target[length] = '\0';
	slash = strrchr(target, '/');
	return slash && !strcmp(slash + 1, name);
}

/* By the parents of all: /proc/PID/task/TID/children is a kernel option. */
pid_t process_child(pid_t parent, pid_t previous)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct process process;
	pid_t best = 0;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;

		if (pid <= previous || (best && pid >= best))
			continue;
		if (!process_read(pid, &process) && process.parent == parent)
			best = pid;
	}
	if (proc)
		closedir(proc);
	return best;
}
