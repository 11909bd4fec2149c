/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of the process and of its threads. */
#include "describe.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "../ghost/frame.h"
#include "../ghost/kind/clock.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/kind/region.h"
#include "../ghost/kind/process.h"
#include "../ghost/kind/thread.h"
#include "../ghost/text.h"
#include "anchor.h"
#include "frames.h"
#include "identity.h"
#include "proc.h"
#include "registers.h"
#include "slot.h"
#include "version.h"

/* Fields of /proc/PID/stat by their number in proc(5). */
enum {
	STAT_START_CODE = 26,
	STAT_END_CODE = 27,
	STAT_START_STACK = 28,
	STAT_START_DATA = 45,
	STAT_END_DATA = 46,
	STAT_START_BRK = 47,
	STAT_ARG_START = 48,
	STAT_ARG_END = 49,
	STAT_ENV_START = 50,
	STAT_ENV_END = 51,
};

static int read_file(const char *path, void *data, size_t size)
{
	int file = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	long length;

	if (file < 0)
		return file;
	length = sys_read(file, data, size);
	sys_close(file);
	return (int)length;
}

static void take_field(struct process_layout *layout, int field, uint64_t value)
{
	switch (field) {
	case STAT_START_CODE: layout->start_code = value; break;
	case STAT_END_CODE: layout->end_code = value; break;
	case STAT_START_STACK: layout->start_stack = value; break;
	case STAT_START_DATA: layout->start_data = value; break;
	case STAT_END_DATA: layout->end_data = value; break;
	case STAT_START_BRK: layout->start_brk = value; break;
	case STAT_ARG_START: layout->arg_start = value; break;
	case STAT_ARG_END: layout->arg_end = value; break;
	case STAT_ENV_START: layout->env_start = value; break;
	case STAT_ENV_END: layout->env_end = value; break;
	}
}

/* The scribe shares the memory, so these are the program's numbers. */
static int describe_layout(struct process_layout *layout)
{
	char stat[2048];
	const char *cursor;
	int length = read_file("/proc/self/stat", stat, sizeof(stat) - 1);

	if (length < 0)
		return length;
	stat[length] = '\0';
	cursor = strrchr(stat, ')');
	if (!cursor)
		return -EINVAL;
	cursor++;
	for (int field = 3; field <= STAT_ENV_END && *cursor == ' '; field++) {
		cursor++;
		if (*cursor >= '0' && *cursor <= '9')
			take_field(layout, field, text_take_decimal(&cursor));
		while (*cursor && *cursor != ' ')
			cursor++;
	}
	layout->brk = (uint64_t)sys_call1(SYS_brk, 0);
	return layout->start_code ? 0 : -EACCES;
}

static int describe_ids(struct process_ghost *process)
{
	int group = (int)sys_call1(SYS_getpgid, anchor.pid);
	int session = (int)sys_call1(SYS_getsid, anchor.pid);

	process->pid = (uint32_t)anchor.pid;
	process->parent = anchor.process.parent;
	process->group = (uint32_t)group;
	process->session = (uint32_t)session;
	process->uid = (uint32_t)sys_call0(SYS_getuid);
	process->gid = (uint32_t)sys_call0(SYS_getgid);
	process->umask = anchor.process.umask;
	process->personality = anchor.process.personality;
	memcpy(process->limits, anchor.process.limits, sizeof(process->limits));
	return group < 0 ? group : session < 0 ? session : 0;
}

static void describe_host(struct process_ghost *process)
{
	struct utsname names;
	struct timespec now = { 0, 0 };
	struct text text;

	memset(&names, 0, sizeof(names));
	sys_call1(SYS_uname, &names);
	text_open(&text, process->host, sizeof(process->host));
	text_add(&text, names.nodename);
	text_open(&text, process->kernel, sizeof(process->kernel));
	text_add(&text, names.release);
	text_open(&text, process->shim, sizeof(process->shim));
	text_add(&text, SHIM_VERSION);
	sys_call2(SYS_clock_gettime, CLOCK_REALTIME, &now);
	process->created = now.tv_sec;
}

static int count_thread(struct slot *slot, void *count)
{
	(void)slot;
	++*(uint32_t *)count;
	return 0;
}

static int find_main(struct slot *slot, void *name)
{
	if (slot->tid == (uint32_t)anchor.pid)
		memcpy(name, slot->name, sizeof(slot->name));
	return 0;
}

/* A program whose file came out of a ghost is still the program that it was. */
static const char *program_path(char *path)
{
	static const char mark[] = " (deleted)";
	const char *embedded = text_after(path, REGION_EMBEDDED);
	size_t length = strlen(path), tail = sizeof(mark) - 1;

	if (!embedded)
		return path;
	if (length > tail && !strcmp(path + length - tail, mark))
		path[length - tail] = '\0';
	return embedded;
}

static int describe_files(struct process_ghost *process)
{
	char path[KIND_PATH];
	const char *path_there;
	long length = sys_readlinkat(AT_FDCWD, "/proc/self/exe", path, sizeof(path) - 1);

	if (length < 0)
		return (int)length;
	path[length] = '\0';
	path_there = program_path(path);
	if (identity_of(&process->program, path_there))
		strcpy(process->program.path, path_there);	/* it may have been removed */
	length = sys_readlinkat(AT_FDCWD, "/proc/self/cwd", process->directory,
				sizeof(process->directory) - 1);
	length = length < 0 ? length : read_file("/proc/self/auxv", process->auxv, PROCESS_AUXV);
	if (length < 0)
		return (int)length;
	process->auxv_length = (uint32_t)length;
	length = read_file("/proc/self/cmdline", process->arguments, PROCESS_ARGUMENTS);
	process->arguments_length = length < 0 ? 0 : (uint32_t)length;
	return 0;
}

int describe_process(ghost_t *ghost)
{
	struct process_ghost process;
	int error;

	memset(&process, 0, sizeof(process));
	error = describe_ids(&process);
	describe_host(&process);
	slot_each(count_thread, &process.threads);
	slot_each(find_main, process.name);
	if (!error)
		error = describe_layout(&process.layout);
	if (!error)
		error = describe_files(&process);
	if (error)
		return error;
	return frame_put(ghost, kind_process.tag, kind_process.version, kind_process.make,
			 &process, sizeof(process));
}

/* Where the machine does not tell which start of it this is, every restart is one
 * on another machine. */
int describe_clock(ghost_t *ghost)
{
	struct clock_ghost clock;

	clock_look(&clock);
	return frame_put(ghost, kind_clock.tag, kind_clock.version, kind_clock.make, &clock,
			 sizeof(clock));
}

static int describe_thread(struct slot *slot, void *argument)
{
	struct thread_ghost thread = {
		.tid = slot->tid,
		.flags = (slot->tid == (uint32_t)anchor.pid ? THREAD_MAIN : 0) |
			 (slot->ended ? THREAD_ENDED : 0),
		.stack = (uint64_t)(uintptr_t)slot_stack(slot),
		.slot = (uint64_t)(uintptr_t)slot,
	};

	if (!slot->ended) {
		thread.pc = registers_pc(slot->frame);
		thread.xstates = frames_in_use(slot->frame);
	}
	memcpy(thread.name, slot->name, sizeof(thread.name));
	thread.name[sizeof(thread.name) - 1] = '\0';
	return frame_put(argument, kind_thread.tag, kind_thread.version, kind_thread.make, &thread,
			 sizeof(thread));
}

int describe_threads(ghost_t *ghost)
{
	return slot_each(describe_thread, ghost);
}
