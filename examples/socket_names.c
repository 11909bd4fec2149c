/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unix sockets with names: a server and its clients in one program, and datagrams. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "check.h"

static socklen_t address(struct sockaddr_un *name, const char *text, int abstract)
{
	size_t length = strlen(text);

	memset(name, 0, sizeof(*name));
	name->sun_family = AF_UNIX;
	memcpy(name->sun_path + abstract, text, length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
}

/* By the full path: the example's working directory is its own. */
static socklen_t path(struct sockaddr_un *name, const char *file)
{
	char directory[80], text[100];

	CHECK(getcwd(directory, sizeof(directory)), "getcwd: %s", strerror(errno));
	snprintf(text, sizeof(text), "%s/%s", directory, file);
	return address(name, text, 0);
}

static socklen_t abstract(struct sockaddr_un *name, const char *what)
{
	char text[80];

	snprintf(text, sizeof(text), "krg-example-%d-%s", getpid(), what);
	return address(name, text, 1);
}

static int bound(int type, const struct sockaddr_un *name, socklen_t length)
{
	int fd = (int)CHECK_CALL(socket(AF_UNIX, type, 0));

	CHECK_CALL(bind(fd, (const void *)name, length));
	return fd;
}

static int connected(int type, const struct sockaddr_un *name, socklen_t length)
{
	int fd = (int)CHECK_CALL(socket(AF_UNIX, type, 0));

	CHECK_CALL(connect(fd, (const void *)name, length));
	return fd;
}

static void expect(int fd, const char *text)
{
	char found[100] = { 0 };

	CHECK_IS(recv(fd, found, sizeof(found), MSG_DONTWAIT), strlen(text));
	CHECK(!strncmp(found, text, strlen(text)), "%s is not %s", found, text);
}

static void put(int fd, const char *text)
{
	CHECK_IS(write(fd, text, strlen(text)), strlen(text));
}

struct server {
	struct sockaddr_un name;
	socklen_t length;
	int listens, client, accepted;
};

static void serve(struct server *server, int type)
{
	server->listens = bound(type, &server->name, server->length);
	CHECK_CALL(listen(server->listens, 5));
	server->client = connected(type, &server->name, server->length);
	server->accepted = (int)CHECK_CALL(accept(server->listens, NULL, NULL));
	put(server->client, "question");
	put(server->accepted, "answer");
}

static void verify(const struct server *server, int type)
{
	struct sockaddr_un found;
	socklen_t length = sizeof(found);
	int again, accepted;

	CHECK_CALL(getpeername(server->client, (void *)&found, &length));
	CHECK(!memcmp(found.sun_path, server->name.sun_path, server->length - 3), "another peer");
	length = sizeof(found);
	CHECK_CALL(getsockname(server->accepted, (void *)&found, &length));
	CHECK(!memcmp(found.sun_path, server->name.sun_path, server->length - 3), "another name");
	expect(server->accepted, "question");
	expect(server->client, "answer");
	again = connected(type, &server->name, server->length);
	accepted = (int)CHECK_CALL(accept(server->listens, NULL, NULL));
	put(again, "new");
	expect(accepted, "new");
	close(again);
	close(accepted);
}

int main(void)
{
	struct sockaddr_un inbox, sender, from;
	socklen_t inbox_length, sender_length, from_length = sizeof(from);
	struct server files = { 0 }, names = { 0 };
	int receives, sends, connects;
	char byte[10];

	files.length = path(&files.name, "server");
	names.length = abstract(&names.name, "server");
	serve(&files, SOCK_STREAM);
	serve(&names, SOCK_SEQPACKET);
	inbox_length = abstract(&inbox, "inbox");
	sender_length = path(&sender, "sender");
	receives = bound(SOCK_DGRAM, &inbox, inbox_length);
	sends = bound(SOCK_DGRAM, &sender, sender_length);
	CHECK_CALL(unlink(sender.sun_path));
	CHECK_IS(sendto(sends, "named", 5, 0, (void *)&inbox, inbox_length), 5);
	connects = connected(SOCK_DGRAM, &inbox, inbox_length);
	put(connects, "nameless");
	check_ready();
	check_wait();
	verify(&files, SOCK_STREAM);
	verify(&names, SOCK_SEQPACKET);
	CHECK_IS(recvfrom(receives, byte, sizeof(byte), 0, (void *)&from, &from_length), 5);
	CHECK(!strcmp(from.sun_path, sender.sun_path), "from %s", from.sun_path);
	CHECK_IS(access(sender.sun_path, F_OK), -1);
	expect(receives, "nameless");
	put(connects, "still");
	expect(receives, "still");
	unlink(files.name.sun_path);
	return check_passed();
}
