/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The name of a unix socket. */
#include "unix_name.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "../scalar.h"
#include "../sys.h"

int make_ghost_unix_name(ghost_t *ghost, struct unix_name *name)
{
	return ghost_buffer(ghost, name->bytes, &name->length, sizeof(name->bytes));
}

/* The kernel counts the zero behind a path, or not. */
void unix_name_set(struct unix_name *name, const char *bytes, uint32_t length)
{
	memset(name, 0, sizeof(*name));
	name->length = length < UNIX_NAME ? length : UNIX_NAME;
	if (length && bytes[0])
		name->length = (uint32_t)strnlen(bytes, name->length);
	memcpy(name->bytes, bytes, name->length);
}

void unix_name_take(struct unix_name *name, const struct sockaddr_un *address, uint32_t length)
{
	uint32_t before = (uint32_t)offsetof(struct sockaddr_un, sun_path);

	unix_name_set(name, address->sun_path, length > before ? length - before : 0);
}

uint32_t unix_name_address(const struct unix_name *name, struct sockaddr_un *address)
{
	uint32_t length = (uint32_t)offsetof(struct sockaddr_un, sun_path) + name->length;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, name->bytes, name->length);
	return name->bytes[0] && name->length < UNIX_NAME ? length + 1 : length;
}

int unix_name_same(const struct unix_name *one, const struct unix_name *other)
{
	return one->length == other->length && !memcmp(one->bytes, other->bytes, one->length);
}

void unix_name_path(const struct unix_name *name, char path[UNIX_NAME + 1])
{
	uint32_t length = name->length && name->bytes[0] ? name->length : 0;

	memcpy(path, name->bytes, length);
	path[length] = '\0';
}

/* Nobody listens there, and nobody receives there. */
static int is_left_over(const struct sockaddr_un *address, uint32_t length, uint32_t type)
{
	int fd = (int)sys_call3(SYS_socket, AF_UNIX, type | SOCK_CLOEXEC, 0);
	long error;

	if (fd < 0)
		return 0;
	error = sys_call3(SYS_connect, fd, address, length);
	sys_close(fd);
	return error == -ECONNREFUSED;
}

int unix_name_bind(int fd, uint32_t type, const struct unix_name *name, uint32_t mode)
{
	char path[UNIX_NAME + 1];
	struct sockaddr_un address;
	uint32_t length = unix_name_address(name, &address);
	long error = sys_call3(SYS_bind, fd, &address, length);

	unix_name_path(name, path);
	if (error == -EADDRINUSE && path[0] && is_left_over(&address, length, type)) {
		sys_call1(SYS_unlink, path);
		error = sys_call3(SYS_bind, fd, &address, length);
	}
	if (!error && path[0] && mode)
		sys_call2(SYS_chmod, path, mode & 07777);
	return (int)error;
}

void unix_name_describe(const struct unix_name *name, struct text *text)
{
	char path[UNIX_NAME + 1];

	unix_name_path(name, path);
	if (path[0]) {
		text_add(text, path);
	} else if (name->length) {
		for (uint32_t i = 0; i < name->length; i++)
			text_add_bytes(text, name->bytes[i] ? (const char *)name->bytes + i : "@",
				       1);
	}
}
