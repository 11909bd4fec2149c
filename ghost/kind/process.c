/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a process: what belongs to it as a whole. */
#include "process.h"

#include <errno.h>

#include "../scalar.h"
#include "kinds.h"

int make_ghost_file_identity(ghost_t *ghost, struct file_identity *file)
{
	ghost_string(ghost, file->path, sizeof(file->path));
	ghost_u64(ghost, &file->device);
	ghost_u64(ghost, &file->inode);
	ghost_u64(ghost, &file->size);
	ghost_i64(ghost, &file->mtime);
	ghost_u32(ghost, &file->mtime_nanoseconds);
	return ghost_buffer(ghost, file->build_id, &file->build_id_length,
			    sizeof(file->build_id));
}

static void make_layout(ghost_t *ghost, struct process_layout *layout)
{
	ghost_u64(ghost, &layout->start_code);
	ghost_u64(ghost, &layout->end_code);
	ghost_u64(ghost, &layout->start_data);
	ghost_u64(ghost, &layout->end_data);
	ghost_u64(ghost, &layout->start_brk);
	ghost_u64(ghost, &layout->brk);
	ghost_u64(ghost, &layout->start_stack);
	ghost_u64(ghost, &layout->arg_start);
	ghost_u64(ghost, &layout->arg_end);
	ghost_u64(ghost, &layout->env_start);
	ghost_u64(ghost, &layout->env_end);
}

static int make_ghost_process(ghost_t *ghost, void *record, size_t size)
{
	struct process_ghost *process = record;

	if (size != sizeof(*process))
		return ghost_fail(ghost, -EINVAL);
	ghost_u32(ghost, &process->pid);
	ghost_u32(ghost, &process->parent);
	ghost_u32(ghost, &process->group);
	ghost_u32(ghost, &process->session);
	ghost_u32(ghost, &process->uid);
	ghost_u32(ghost, &process->gid);
	ghost_u32(ghost, &process->umask);
	ghost_u32(ghost, &process->personality);
	ghost_u32(ghost, &process->threads);
	ghost_string(ghost, process->name, sizeof(process->name));
	ghost_string(ghost, process->host, sizeof(process->host));
	ghost_string(ghost, process->kernel, sizeof(process->kernel));
	ghost_string(ghost, process->shim, sizeof(process->shim));
	ghost_i64(ghost, &process->created);
	ghost_string(ghost, process->directory, sizeof(process->directory));
	make_ghost_file_identity(ghost, &process->program);
	make_layout(ghost, &process->layout);
	for (int i = 0; i < PROCESS_LIMITS; i++) {
		ghost_u64(ghost, &process->limits[i][0]);
		ghost_u64(ghost, &process->limits[i][1]);
	}
	ghost_buffer(ghost, process->auxv, &process->auxv_length, sizeof(process->auxv));
	return ghost_buffer(ghost, process->arguments, &process->arguments_length,
			    sizeof(process->arguments));
}

const struct kind kind_process = {
	.tag = KIND_TAG('P', 'R', 'O', 'C'),
	.version = 1,
	.name = "process",
	.size = sizeof(struct process_ghost),
	.make = make_ghost_process,
};
