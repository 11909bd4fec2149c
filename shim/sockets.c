/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What waits in the unix sockets of the program. */
#include "sockets.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "../ghost/frame.h"
#include "../ghost/kind/kinds.h"
#include "../ghost/kind/unix_name.h"
#include "../ghost/kind/unix_revive.h"
#include "../ghost/sys.h"
#include "inherited.h"

int sockets_holds(const struct seen *seen, uint64_t socket)
{
	const struct descriptors *descriptors = seen->holder;

	for (uint32_t i = 0; i < descriptors->count; i++)
		if (descriptors->entries[i].socket == socket)
			return 1;
	return 0;
}

/* A number that no description of the program's can be mistaken for. */
static int add_passed(struct descriptors *descriptors, int fd, uint32_t *number)
{
	int raised = fd > 2 ? fd : sys_fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (raised != fd)
		sys_close(fd);
	if (raised < 0)
		return raised;
	*number = ++descriptors->passed;
	return descriptors_add_passed(descriptors, raised, *number);
}

static int has_name(int fd, const struct unix_name *name)
{
	struct sockaddr_un address;
	struct unix_name found;
	uint32_t size = sizeof(address);

	if (sys_call3(SYS_getsockname, fd, &address, &size) || address.sun_family != AF_UNIX)
		return 0;
	unix_name_take(&found, &address, size);
	return unix_name_same(&found, name);
}

/* Only from a socket of the program's own can it be sent again. */
static int is_from_inside(const struct descriptors *descriptors, const struct unix_name *from)
{
	for (uint32_t i = 0; from->length && i < descriptors->count; i++)
		if (descriptors->entries[i].socket && has_name(descriptors->entries[i].fd, from))
			return 1;
	return !from->length;
}

static int capture_message(struct descriptors *descriptors, struct unix_message_ghost *message,
			   const int *passed)
{
	int error = is_from_inside(descriptors, &message->from) ? 0 : -EXDEV;

	for (uint32_t i = 0; i < message->passed_count; i++) {
		int failed = add_passed(descriptors, passed[i], &message->passed[i]);

		error = error ? error : failed;
	}
	return error ? error
		     : frame_put(descriptors->ghost, kind_unix_message.tag,
				 kind_unix_message.version, kind_unix_message.make, message,
				 sizeof(*message));
}

static int capture_queue(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	struct unix_message_ghost *message = descriptors->record;
	int passed[UNIX_PASSED_MAX], more, error;
	struct unix_walk walk;

	error = unix_walk_begin(&walk, entry->fd);
	if (error)
		return error;
	while (!error) {
		memset(message, 0, offsetof(struct unix_message_ghost, data));
		more = unix_walk_next(&walk, message, passed);
		if (more <= 0) {
			error = more;
			break;
		}
		message->socket = entry->socket;
		error = capture_message(descriptors, message, passed);
	}
	unix_walk_end(&walk);
	return error;
}

/* Others have what leads outside too, and they may be looking at it themselves. */
static int leads_outside(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	struct seen *seen = &descriptors->seen;
	struct unix_facts facts;

	if (entry->passed || sys_call2(SYS_fstat, entry->fd, &seen->stat) ||
	    (entry->fd > 2 && !inherited_has(entry->fd, &seen->stat)))
		return 0;
	seen->holder = descriptors;
	return unix_ask(entry->socket, &facts) || !facts.peer || !sockets_holds(seen, facts.peer);
}

static int is_ours(struct descriptors *descriptors, const struct descriptor_entry *entry)
{
	int domain = 0;

	return entry->socket && !unix_get_option(entry->fd, SO_DOMAIN, &domain, 4) &&
	       domain == AF_UNIX && !leads_outside(descriptors, entry);
}

static int is_first_of_its_socket(const struct descriptors *descriptors, uint32_t place)
{
	for (uint32_t i = 0; i < place; i++)
		if (descriptors->entries[i].socket == descriptors->entries[place].socket)
			return 0;
	return 1;
}

static int refuse(struct descriptors *descriptors, const struct descriptor_entry *entry, int error)
{
	const char *what = error == -EXDEV    ? "a message from another process that waits in it"
			   : error == -EPROTO ? "an error that waits in it"
					      : "what waits in it";

	return refuse_descriptor(descriptors->refusals, entry->fd, "a unix socket", what,
				 "let the program read it first");
}

int sockets_capture(struct descriptors *descriptors)
{
	int error = 0;

	for (uint32_t i = 0; i < descriptors->count && !error; i++) {
		const struct descriptor_entry *entry = &descriptors->entries[i];

		if (!is_first_of_its_socket(descriptors, i) || !is_ours(descriptors, entry))
			continue;
		error = capture_queue(descriptors, entry);
		if (error == -E2BIG || error == -EXDEV || error == -EPROTO)
			error = refuse(descriptors, entry, error);
	}
	return error;
}
