/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A character device that has no state of its own, or is the terminal. */
#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "../scalar.h"
#include "../sys.h"
#include "kinds.h"
#include "regular.h"

struct device_ghost {
	struct object object;
	char path[64];
};

/* Documentation/admin-guide/devices.txt in the kernel's source. */
static const struct {
	unsigned int major, minor;
	const char *path;
} stateless[] = {
	{ 1, 3, "/dev/null" },   { 1, 5, "/dev/zero" },    { 1, 7, "/dev/full" },
	{ 1, 8, "/dev/random" }, { 1, 9, "/dev/urandom" }, { 5, 0, "/dev/tty" },
};

static int make_ghost_device(ghost_t *ghost, void *record, size_t size)
{
	struct device_ghost *device = record;

	if (size != sizeof(*device))
		return ghost_fail(ghost, -EINVAL);
	make_ghost_object(ghost, &device->object);
	return ghost_string(ghost, device->path, sizeof(device->path));
}

/* Majors of terminals: 4 consoles and serial lines, 136-143 pseudo-terminals. */
static int is_terminal(dev_t device)
{
	return major(device) == 4 || (major(device) >= 136 && major(device) <= 143);
}

static const char *device_path(dev_t device)
{
	for (size_t i = 0; i < sizeof(stateless) / sizeof(stateless[0]); i++)
		if (stateless[i].major == major(device) && stateless[i].minor == minor(device))
			return stateless[i].path;
	/* A further open of a terminal becomes one of krg-resume's terminal. */
	return is_terminal(device) ? "/dev/tty" : NULL;
}

static int capture_device(const struct seen *seen, void *record, struct refusal *refusal)
{
	struct device_ghost *device = record;
	const char *path;

	if (!S_ISCHR(seen->stat.st_mode))
		return KIND_NOT_MINE;
	path = device_path(seen->stat.st_rdev);
	if (!path) {
		refusal->what = "a device with a state of its own";
		refusal->cure = "let the program close it first";
		return -EOPNOTSUPP;
	}
	strcpy(device->path, path);
	return 0;
}

static int revive_device(const void *record, struct revive *revive)
{
	const struct device_ghost *device = record;
	int fd = sys_open(device->path, reopen_flags(device->object.flags), 0);
	struct text text;

	if (fd >= 0)
		return fd;
	text_open(&text, revive->reason, sizeof(revive->reason));
	text_add(&text, device->path);
	text_add(&text, ": cannot open this device of the program: ");
	text_add_error(&text, fd);
	return fd;
}

static void describe_device(const void *record, struct text *text)
{
	text_add(text, ((const struct device_ghost *)record)->path);
}

const struct kind kind_device = {
	.tag = KIND_TAG('D', 'E', 'V', ' '),
	.version = 1,
	.name = "device",
	.size = sizeof(struct device_ghost),
	.make = make_ghost_device,
	.capture = capture_device,
	.revive = revive_device,
	.describe = describe_device,
};
