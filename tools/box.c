/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of ghost/mailbox.h, from the side that asks. */
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BOX_NAME  32
#define BOX_TRIES 100

/* MAILBOX_PREFIX without its folder. */
static const char *prefix(void)
{
	return strrchr(MAILBOX_PREFIX, '/') + 1;
}

static void name_box(const struct box *box, char name[BOX_NAME])
{
	snprintf(name, BOX_NAME, "%s%d", prefix(), box->number);
}

/* Opens the program's /tmp as the program sees it: a symbolic link there must
 * not lead us into our own file system.  A descriptor or -errno. */
static int open_folder(pid_t pid)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	char path[sizeof(MAILBOX_PREFIX) + BOX_NAME];
	int root, folder;

	snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	snprintf(path, sizeof(path), "%.*s", (int)(prefix() - MAILBOX_PREFIX), MAILBOX_PREFIX);
	folder = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (folder < 0)
		folder = -errno;
	close(root);
	return folder;
}

static int choose_number(uint32_t flags, int *number)
{
	do {
		if (getrandom(number, sizeof(*number), 0) != sizeof(*number))
			return -EIO;
		*number &= MAILBOX_DRY_NUMBER - 1;
	} while (!*number);
	if (flags & MAILBOX_DRY)
		*number |= MAILBOX_DRY_NUMBER;
	return 0;
}

/* Creates a file that was not there.  0 or -errno. */
static int create(struct box *box, uint32_t flags)
{
	char name[BOX_NAME];

	for (int tries = 0; tries < BOX_TRIES; tries++) {
		int error = choose_number(flags, &box->number);

		if (error)
			return error;
		name_box(box, name);
		box->fd = openat(box->folder, name,
				 O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
		if (box->fd >= 0 || errno != EEXIST)
			break;
	}
	return box->fd < 0 ? -errno : 0;
}

/* 0 or -errno. */
static int fill(const struct box *box, const struct target *target, uint32_t flags,
		const char *output)
{
	struct mailbox mailbox = { .magic = MAILBOX_MAGIC, .flags = flags };
	ssize_t written;

	strcpy(mailbox.output, output);
	if (geteuid() != target->user && fchown(box->fd, target->user, target->group) < 0)
		return -errno;
	/* The umask may have taken something away. */
	if (fchmod(box->fd, 0600) < 0)
		return -errno;
	written = pwrite(box->fd, &mailbox, sizeof(mailbox), 0);
	if (written < 0)
		return -errno;
	return written == sizeof(mailbox) ? 0 : -ENOSPC;
}

int box_open(struct box *box, const struct target *target, uint32_t flags, const char *output,
	     struct failure *failure)
{
	int error;

	box->fd = -1;
	box->folder = open_folder(target->pid);
	error = box->folder < 0 ? box->folder : 0;
	if (!error)
		error = create(box, flags);
	if (!error)
		error = fill(box, target, flags, output);
	if (!error)
		return 0;
	box_remove(box);
	return failure_set(
		failure, TARGET_REFUSED,
		"no file for the answer can be made in the /tmp of process %d (%s): make "
		"room and let its user write there",
		(int)target->pid, strerror(-error));
}

int box_read(const struct box *box, struct mailbox *mailbox)
{
	uint32_t state;

	/* The state first: it is written last, so what it promises is there. */
	if (pread(box->fd, &state, sizeof(state), offsetof(struct mailbox, state)) !=
		    sizeof(state) ||
	    pread(box->fd, mailbox, sizeof(*mailbox), 0) != sizeof(*mailbox))
		return -EBADMSG;
	mailbox->state = state;
	mailbox->ghost[sizeof(mailbox->ghost) - 1] = '\0';
	mailbox->message[sizeof(mailbox->message) - 1] = '\0';
	return state > MAILBOX_FAILED ? -EBADMSG : 0;
}

int box_read_list(const struct box *box, const struct mailbox *mailbox, char *list)
{
	size_t size = mailbox->list_size;

	if (size > MAILBOX_LIST ||
	    pread(box->fd, list, size, sizeof(*mailbox)) != (ssize_t)size)
		return -EBADMSG;
	list[size] = '\0';
	return strlen(list) == size ? 0 : -EBADMSG;
}

void box_remove(struct box *box)
{
	char name[BOX_NAME];

	if (box->fd >= 0) {
		name_box(box, name);
		unlinkat(box->folder, name, 0);
		close(box->fd);
	}
	if (box->folder >= 0)
		close(box->folder);
	box->fd = -1;
	box->folder = -1;
}
