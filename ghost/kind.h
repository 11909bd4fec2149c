/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of records in a ghost, as one table. */
#ifndef GHOST_KIND_H
#define GHOST_KIND_H

/* A kind is one type of kernel object, or of open file description, with its
 * record and what can be done with it.  doc/adding-a-kind.md shows the way. */

#include <sys/stat.h>

#include "frame.h"
#include "text.h"

#define KIND_PATH 4096
#define KIND_TAG(a, b, c, d) \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* A descriptor as the checkpoint finds it, before it is known what it is. */
struct seen {
	int fd;
	int flags;			/* F_GETFL */
	int close_on_exec;
	struct stat stat;
	int pipe_ends;			/* of this pipe in the process: 1 reading, 2 writing */
	int inherited;			/* it was there when the program started */
	uint32_t process;		/* the program's number in /proc, or 0 */
	/* Whether the socket of this inode is open in the program, too. */
	int (*holds)(const struct seen *seen, uint64_t socket);
	const void *holder;
	char target[KIND_PATH];		/* readlink of /proc/self/fd/N */
};

/* The words of a refusal: what cannot be carried and what to do about it. */
struct refusal {
	const char *what;
	const char *cure;
};

/* Every record of an open file description begins with this. */
struct object {
	uint32_t id;	/* in the ghost; descriptors refer to it */
	uint32_t flags;	/* F_GETFL: O_ACCMODE and status flags */
};

int make_ghost_object(ghost_t *ghost, struct object *object);

/* What revive may use; made by krg-resume. */
struct revive {
	/* A copy of krg-resume's own descriptor `fd`, as it was started; -1 without. */
	int (*own)(struct revive *revive, int fd);
	const void *own_data;
	void *pipes;			/* state of kind/pipe.c between its ends */
	struct revived_socket *sockets;	/* of kind/unix.c */
	struct revived_passed *passed;	/* of kind/passed.c */
	struct revived_orphan *orphans;	/* of kind/orphan_file.c */
	/* The descriptor of a description, by its id; -ENOENT before it is there. */
	int (*object)(const struct revive *revive, uint32_t id);
	const void *object_data;
	char reason[256];		/* for the one line, where revive fails */
	const char *(*relocate)(struct revive *revive, const char *path);
};

#define KIND_NOT_MINE 1

struct kind {
	uint32_t tag;
	uint16_t version;
	const char *name;		/* one word, as krg-ghost shows it */
	size_t size;			/* of the record */
	frame_make_t make;

	/* For open file descriptions only; NULL elsewhere.
	 * capture: zone signal, in a task that has a copy of the program's
	 *   descriptors.  0, KIND_NOT_MINE, or -errno with `refusal` filled.
	 * revive: zone free, in krg-resume.  A descriptor or -errno, and `reason`.
	 * describe: zone free, one line for krg-ghost. */
	int (*capture)(const struct seen *seen, void *record, struct refusal *refusal);
	int (*revive)(const void *record, struct revive *revive);
	void (*describe)(const void *record, struct text *text);

	/* Or NULL.  Zone free, in the process to be, which has its id already: what
	 * only the process itself can open.  A descriptor, -EOPNOTSUPP where revive has
	 * done all, or another -errno. */
	int (*enter)(const void *record);

	/* Or NULL.  Zone free, in the process to be, when all else has been made: sets
	 * going what should stand still as long as possible. */
	void (*start)(const void *record, int fd);
	/* Or NULL.  Zone free, in the process to be, when every description is there: what
	 * takes more than one of them.  Of what descriptions have in common first.  0 or
	 * -errno, and `reason`. */
	int (*complete)(const void *record, struct revive *revive);

	/* Of records that are no descriptions but what descriptions have in common, as a
	 * pipe has its ends; NULL elsewhere.
	 * prepare: zone free, in krg-resume, before the descriptions.  0 or -errno, and
	 *   `reason`.
	 * used: how many bytes of the record hold something, where it ends in a large
	 *   array; or NULL. */
	int (*prepare)(const void *record, struct revive *revive);
	size_t (*used)(const void *record);
};

/* The program's own files of /proc are recorded by this name. */
#define KIND_OWN_PROC "/proc/self/"

extern const struct kind *const kinds[];	/* ends with NULL */

const struct kind *kind_by_tag(uint32_t tag);

/* The size of the largest record, for those who keep one buffer for all. */
size_t kind_largest(void);

#endif
