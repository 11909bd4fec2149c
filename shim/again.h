/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call that is made again with other arguments than the program gave. */
#ifndef SHIM_AGAIN_H
#define SHIM_AGAIN_H

/* Most calls that our signal interrupts are simply made again (replay.h).  Some
 * must not be the same a second time: of a relative timeout only the rest is
 * left, of a transfer only what has not been moved.  But the program's registers
 * must be as it left them when the call returns.  So the call is made from code
 * of ours (again-x86_64.S), which keeps them in a record and puts them back.
 *
 * A record belongs to one thread and lies in its thread-local storage, so it
 * travels in the ghost.  There are several, because a handler of the program may
 * run while one is in use, and be interrupted too; one that a handler left by a
 * jump is never given back, and the oldest is taken over in the end. */

#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

struct again {
	/* again-x86_64.S knows the places of these. */
	uint64_t registers[6];	/* the program's rdi rsi rdx r10 r8 r9 */
	uint64_t rbx, stack;
	uint64_t pc;		/* where the program goes on */
	uint64_t used;		/* 0 free; else higher than of those taken before */
	uint64_t arguments[6];	/* of the call that is made now */
	int64_t nr;
	int64_t result;		/* for the program, at the end */

	int64_t program_nr;	/* of the program's own call */
	int kind;		/* enum again_kind */
	int cut;		/* our signal alone has cut the call short that was made */
	int64_t deadline;	/* nanoseconds on `clock`, or 0 */
	int64_t left;		/* at the last stop */
	int32_t clock;
	int32_t timeval;	/* `time` is a struct timeval */
	uint64_t copy_back;	/* where the program expects what is left of its timeout, or 0 */
	uint64_t done, piece;	/* moved before; asked for now */
	struct timespec time;
	union {
		struct msghdr message;
		uint64_t words[4];	/* struct pollfd; struct io_uring_getevents_arg */
	} extra;
};

enum again_kind {
	AGAIN_ONCE,	/* its result is the program's */
	AGAIN_WAIT,	/* ppoll(2) for a socket with a timeout; then the program's call */
	AGAIN_TRANSFER,	/* what is left of a transfer */
};

/* again-x86_64.S: a frame at again_call, with the record in rbx, makes the call;
 * again_called is the place behind its `syscall` instruction. */
void again_call(void);
void again_called(void);

/* Zone: wrapper, on the program's stack, with the program's vector registers:
 * compiled for general registers only.  Takes the result of a call; true when
 * another one is to be made, with again->nr and again->arguments. */
int again_next(struct again *again, int64_t result);

/* Zone: any.  Sets arguments, nr and piece for what is left of a transfer; 0 when
 * nothing is. */
int again_piece(struct again *again);

#endif
