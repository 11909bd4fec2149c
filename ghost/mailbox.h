/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contract between krg-checkpoint and a program under the shim. */
#ifndef GHOST_MAILBOX_H
#define GHOST_MAILBOX_H

/* krg-checkpoint creates a file of this form, named MAILBOX_PREFIX and a decimal
 * number in 1 … 2^31-1, mode 0600, owned by the program's user, in the program's
 * own /tmp (so under /proc/PID/root).  It then sends the checkpoint signal by
 * sigqueue() with that number as its value.  The shim takes from the file what is
 * asked, and writes into it how the checkpoint goes.  krg-checkpoint removes it.
 *
 * Only a file that belongs to the program's user or root is obeyed: whoever can
 * write such a file could as well trace the program. */

#include <stdint.h>

#define MAILBOX_PREFIX "/tmp/krgghost-"
#define MAILBOX_MAGIC 0x324c49414d47524bULL	/* "KRGMAIL2" */
#define MAILBOX_PATH 4096

#define MAILBOX_KILL (1U << 0)	/* end the program with SIGKILL once the ghost is whole */
#define MAILBOX_DRY (1U << 1)	/* make none, tell what would stop or weaken it */

/* In the number of a mailbox of MAILBOX_DRY, and of no other: when who asked has
 * gone with his file, still no ghost is made. */
#define MAILBOX_DRY_NUMBER (1 << 30)

/* The lines of MAILBOX_DRY stand in the file behind the struct.  Each begins with
 * one of the words, and ends with a new line. */
#define MAILBOX_LIST (1U << 20)	/* most bytes of them */
#define MAILBOX_STOPS "stops "
#define MAILBOX_WEAKENS "weakens "

enum mailbox_state {
	MAILBOX_WAITING,	/* as created */
	MAILBOX_STARTED,	/* the signal has arrived, the program is being stopped */
	MAILBOX_WRITING,	/* everything is stopped; bytes_done moves */
	MAILBOX_DONE,		/* the ghost is whole under its name, or the lines are there */
	MAILBOX_FAILED,		/* message says why; the program goes on */
};

/* Native byte order: both sides run on one machine. */
struct mailbox {
	uint64_t magic;
	/* asked */
	uint32_t flags;		/* MAILBOX_* */
	char output[MAILBOX_PATH];	/* absolute; empty: as the program's KRG_GHOST says */
	/* answered; `state` is written last */
	uint32_t state;		/* enum mailbox_state */
	uint64_t bytes_done, bytes_total;	/* of memory */
	uint64_t ghost_size;	/* bytes of the file */
	uint64_t pause, total;	/* microseconds: all threads stopped; all of it */
	uint64_t list_size;	/* bytes of lines */
	uint32_t stops, weakens;	/* how many there are, told or not */
	char ghost[MAILBOX_PATH];
	char message[512];
};

#endif
