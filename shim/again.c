/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What follows on a call that was made again: another one, or the program. */
#include "again.h"

#include <errno.h>
#include <sys/uio.h>

#include "../ghost/sys.h"

/* --- transfers: what is left of them ---------------------------------------- */

static void set(struct again *again, int64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	again->nr = nr;
	again->arguments[0] = a;
	again->arguments[1] = b;
	again->arguments[2] = c;
	again->arguments[3] = d;
	again->arguments[4] = again->arguments[5] = 0;
}

/* One buffer of `size` bytes at argument `buffer`, its size behind it. */
static int piece_of_buffer(struct again *again, int buffer)
{
	uint64_t *arguments = again->arguments;
	uint64_t size = again->registers[buffer + 1];

	for (int i = 0; i < 6; i++)
		arguments[i] = again->registers[i];
	again->nr = again->program_nr;
	arguments[buffer] += again->done;
	arguments[buffer + 1] = again->piece = size - again->done;
	return again->done < size;
}

/* Where in a vector the transfer stands: entry *at, *within bytes behind its start. */
static void find(const struct iovec *vector, uint64_t count, uint64_t done, uint64_t *at,
		 uint64_t *within)
{
	for (*at = 0; *at < count && done >= vector[*at].iov_len; ++*at)
		done -= vector[*at].iov_len;
	*within = done;
}

static uint64_t length_of(const struct iovec *vector, uint64_t count)
{
	uint64_t length = 0;

	for (uint64_t i = 0; i < count; i++)
		length += vector[i].iov_len;
	return length;
}

/* The entry that was cut is finished as a plain buffer, then come the others: the
 * program's vector need not be changed, nor copied. */
static int piece_of_vector(struct again *again)
{
	const struct iovec *vector = (void *)again->registers[1];
	uint64_t count = again->registers[2], at, within;

	find(vector, count, again->done, &at, &within);
	if (at == count)
		return 0;
	if (within) {
		again->piece = vector[at].iov_len - within;
		set(again, SYS_write, again->registers[0],
		    (uint64_t)(uintptr_t)vector[at].iov_base + within, again->piece, 0);
	} else {
		again->piece = length_of(vector + at, count - at);
		set(again, SYS_writev, again->registers[0], (uint64_t)(uintptr_t)(vector + at),
		    count - at, 0);
	}
	return 1;
}

/* Control data went with the first bytes, and so did the address. */
static int piece_of_message(struct again *again)
{
	const struct msghdr *message = (void *)again->registers[1];
	struct msghdr *rest = &again->extra.message;
	int sends = again->program_nr == SYS_sendmsg;
	uint64_t at, within;

	find(message->msg_iov, message->msg_iovlen, again->done, &at, &within);
	if (at == message->msg_iovlen)
		return 0;
	if (within) {
		again->piece = message->msg_iov[at].iov_len - within;
		set(again, sends ? SYS_sendto : SYS_recvfrom, again->registers[0],
		    (uint64_t)(uintptr_t)message->msg_iov[at].iov_base + within, again->piece,
		    again->registers[2]);
		return 1;
	}
	rest->msg_name = rest->msg_control = NULL;
	rest->msg_namelen = 0;
	rest->msg_controllen = 0;
	rest->msg_flags = 0;
	rest->msg_iov = message->msg_iov + at;
	rest->msg_iovlen = message->msg_iovlen - at;
	again->piece = length_of(rest->msg_iov, rest->msg_iovlen);
	set(again, again->program_nr, again->registers[0], (uint64_t)(uintptr_t)rest,
	    again->registers[2], 0);
	return 1;
}

/* Both offsets are the kernel's to move on. */
static int piece_of_sendfile(struct again *again)
{
	again->piece = again->registers[3] - again->done;
	set(again, SYS_sendfile, again->registers[0], again->registers[1], again->registers[2],
	    again->piece);
	return again->done < again->registers[3];
}

/* sendmmsg(2), recvmmsg(2): the unit is a message. */
static int piece_of_messages(struct again *again)
{
	again->piece = again->registers[2] - again->done;
	set(again, again->program_nr, again->registers[0],
	    again->registers[1] + again->done * sizeof(struct mmsghdr), again->piece,
	    again->registers[3]);
	again->arguments[4] = again->registers[4];
	return again->done < again->registers[2];
}

int again_piece(struct again *again)
{
	switch (again->program_nr) {
	case SYS_write:
	case SYS_sendto:
	case SYS_recvfrom:
		return piece_of_buffer(again, 1);
	case SYS_getrandom:
		return piece_of_buffer(again, 0);
	case SYS_writev:
		return piece_of_vector(again);
	case SYS_sendmsg:
	case SYS_recvmsg:
		return piece_of_message(again);
	case SYS_sendmmsg:
	case SYS_recvmmsg:
		return piece_of_messages(again);
	case SYS_sendfile:
		return piece_of_sendfile(again);
	default:
		return 0;
	}
}

/* --- what follows ----------------------------------------------------------- */

/* An error or the end behind a part is told by the next call of the program. */
static int after_piece(struct again *again, int64_t result)
{
	if (result <= 0) {
		again->result = again->done ? (int64_t)again->done : result;
		return 0;
	}
	again->done += (uint64_t)result;
	again->result = (int64_t)again->done;
	if ((uint64_t)result < again->piece && !again->cut)
		return 0;
	again->cut = 0;
	return again_piece(again);
}

/* The socket is ready: then the program's own call, at its own place. */
static int after_wait(struct again *again, int64_t result)
{
	again->result = result;
	if (result > 0) {
		again->pc -= 2;
		again->result = again->program_nr;
	} else if (result == 0) {
		again->result = again->program_nr == SYS_connect ? -EINPROGRESS : -EAGAIN;
	}
	return 0;
}

/* As the kernel does it for the program, which may have given it constant memory:
 * then nothing is written, and nobody minds. */
static void copy_back(struct again *again)
{
	struct iovec from = { &again->time, sizeof(again->time) };
	struct iovec to = { (void *)(uintptr_t)again->copy_back, sizeof(again->time) };

	sys_call6(SYS_process_vm_writev, sys_getpid(), sys_arg(&from), 1, sys_arg(&to), 1, 0);
}

int again_next(struct again *again, int64_t result)
{
	if (again->kind == AGAIN_TRANSFER)
		return after_piece(again, result);
	if (again->kind == AGAIN_WAIT)
		return after_wait(again, result);
	again->result = result;
	if (again->copy_back)
		copy_back(again);
	return 0;
}
