/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a process: what belongs to it as a whole. */
#ifndef GHOST_KIND_PROCESS_H
#define GHOST_KIND_PROCESS_H

#include "../kind.h"

#define PROCESS_LIMITS 16	/* RLIM_NLIMITS */
#define PROCESS_BUILD_ID 32
#define PROCESS_AUXV 1024
#define PROCESS_ARGUMENTS 4096

/* As struct prctl_mm_map wants them (include/uapi/linux/prctl.h). */
struct process_layout {
	uint64_t start_code, end_code, start_data, end_data;
	uint64_t start_brk, brk, start_stack;
	uint64_t arg_start, arg_end, env_start, env_end;
};

/* A file by what tells it from another of the same name. */
struct file_identity {
	char path[KIND_PATH];
	uint64_t device, inode, size;
	int64_t mtime;			/* seconds */
	uint32_t mtime_nanoseconds;
	uint32_t build_id_length;
	uint8_t build_id[PROCESS_BUILD_ID];	/* of an ELF file */
};

int make_ghost_file_identity(ghost_t *ghost, struct file_identity *file);

struct process_ghost {
	uint32_t pid, parent, group, session;
	uint32_t uid, gid, umask, personality;
	uint32_t threads;
	char name[16];			/* comm of the main thread */
	char host[65], kernel[65], shim[32];
	int64_t created;		/* Unix time, seconds */
	char directory[KIND_PATH];	/* cwd */
	struct file_identity program;
	struct process_layout layout;
	uint64_t limits[PROCESS_LIMITS][2];	/* soft, hard */
	uint32_t auxv_length;
	uint8_t auxv[PROCESS_AUXV];
	uint32_t arguments_length;	/* may be cut: only for people to read */
	char arguments[PROCESS_ARGUMENTS];	/* zero-separated */
};

#endif
