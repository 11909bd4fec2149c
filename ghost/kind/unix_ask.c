/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel tells of a unix socket: its other end, above all. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "../sys.h"
#include "unix_name.h"

struct question {
	struct nlmsghdr head;
	struct unix_diag_req body;
};

static long exchange(int netlink, uint64_t inode, void *answer, size_t size)
{
	struct question question = {
		.head.nlmsg_len = sizeof(question),
		.head.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.head.nlmsg_flags = NLM_F_REQUEST,
		.body.sdiag_family = AF_UNIX,
		.body.udiag_states = ~0U,
		.body.udiag_ino = (uint32_t)inode,
		.body.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
		/* INET_DIAG_NOCOOKIE: the inode is enough. */
		.body.udiag_cookie = { ~0U, ~0U },
	};
	long done = sys_write(netlink, &question, sizeof(question));

	return done < 0 ? done : sys_read(netlink, answer, size);
}

static void take_attribute(const struct rtattr *attribute, uint32_t length,
			   struct unix_facts *facts)
{
	const void *value = attribute + 1;
	uint32_t peer;

	if (attribute->rta_type == UNIX_DIAG_PEER && length >= sizeof(peer)) {
		memcpy(&peer, value, sizeof(peer));
		facts->has_peer = 1;
		facts->peer = peer;
	} else if (attribute->rta_type == UNIX_DIAG_SHUTDOWN && length >= 1) {
		facts->shutdown = *(const uint8_t *)value;
	} else if (attribute->rta_type == UNIX_DIAG_NAME) {
		unix_name_set(&facts->name, value, length);
	} else if (attribute->rta_type == UNIX_DIAG_RQLEN &&
		   length >= sizeof(struct unix_diag_rqlen)) {
		struct unix_diag_rqlen queue;

		memcpy(&queue, value, sizeof(queue));
		facts->waiting = queue.udiag_rqueue;
		facts->backlog = queue.udiag_wqueue;
	}
}

static int parse(const unsigned char *answer, size_t length, struct unix_facts *facts)
{
	const struct nlmsghdr *head = (const void *)answer;
	size_t at = sizeof(*head) + sizeof(struct unix_diag_msg);

	if (length < sizeof(*head) + sizeof(int))
		return -EIO;
	if (head->nlmsg_type == NLMSG_ERROR)
		return *(const int *)(answer + sizeof(*head));
	if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY || head->nlmsg_len > length)
		return -EIO;
	while (at + sizeof(struct rtattr) <= head->nlmsg_len) {
		const struct rtattr *attribute = (const void *)(answer + at);

		if (attribute->rta_len < sizeof(*attribute) ||
		    at + attribute->rta_len > head->nlmsg_len)
			return -EIO;
		take_attribute(attribute, attribute->rta_len - (uint32_t)sizeof(*attribute), facts);
		at += (attribute->rta_len + 3U) & ~3U;
	}
	return 0;
}

int unix_ask(uint64_t inode, struct unix_facts *facts)
{
	unsigned char answer[1024] __attribute__((aligned(8)));
	int netlink = (int)sys_call3(SYS_socket, AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
				     NETLINK_SOCK_DIAG);
	long length;

	memset(facts, 0, sizeof(*facts));
	if (netlink < 0)
		return netlink;
	length = exchange(netlink, inode, answer, sizeof(answer));
	sys_close(netlink);
	return length < 0 ? (int)length : parse(answer, (size_t)length, facts);
}
