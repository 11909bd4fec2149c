/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters: seen when they are installed, for the kernel shows them to nobody later. */
#ifndef SHIM_FILTERS_H
#define SHIM_FILTERS_H

/* Each thread has a chain of filters, newest first, which new threads inherit: all
 * chains together are a tree.  Its nodes are never freed, as a filter is never
 * uninstalled.  What somebody installed before the program began (a container, a
 * service manager) is not in it: krg-resume has its own. */

#include <linux/filter.h>
#include <stdint.h>

struct filter {
	struct filter *next; /* of all, newest first */
	struct filter *below; /* installed before it in the same thread, or NULL */
	uint32_t depth; /* how many there are from here down */
	uint32_t flags; /* SECCOMP_FILTER_FLAG_* */
	uint32_t lost; /* what lies below it is not known */
	uint32_t length;
	uint64_t size; /* of this memory */
	struct sock_filter code[];
};

/* In the anchor. */
struct filters {
	struct filter *list;
	struct filter *everywhere; /* the last that was put on all threads at once */
	uint32_t inherited; /* from before the program */
	uint32_t forbidden; /* a call that a checkpoint needs, and 1; 0 for none */
	uint32_t mute; /* to say so is forbidden too */
};

#define FILTERS_STRICT  (1U << 31) /* as `forbidden`: SECCOMP_MODE_STRICT, nearly all */
#define FILTERS_UNKNOWN (~0U) /* as a count */

/* Zone: free, and signal in a reborn process.  Opens a file for a moment where
 * there are filters. */
void filters_learn_inherited(void);

/* --- Zone: wrapper --- */

/* A copy of a program, where it goes, and what it forbids (or 0) of the calls of a
 * checkpoint.  NULL without memory. */
struct filter *filters_prepare(const struct sock_fprog *program, uint32_t flags,
			       uint32_t *forbidden, uint32_t *mute);

/* It is installed in the calling thread, or it is not. */
void filters_commit(struct filter *filter);
void filters_abandon(struct filter *filter);

/* From now on no checkpoint begins, because the program would not survive it.  0,
 * -EBUSY while one is under way, or -EALREADY.  To be opened by who closed it. */
int filters_close_door(uint32_t forbidden, uint32_t mute);
void filters_open_door(void);

/* --- Zone: signal --- */

/* Says that there is no checkpoint, as far as even that is permitted. */
void filters_decline(uint32_t mailbox);
int filters_may_speak(void);

/* Whether `from`, or nothing, is in the chain that begins with `filter`. */
int filters_descend(const struct filter *filter, const struct filter *from);

/* From an open status file of a thread, which it closes. */
uint32_t filters_count(int file);

/* The chain of a thread that installed `newest` itself and has `count` filters.  0,
 * or -ENOENT where that cannot be told. */
int filters_top(struct filter *newest, uint32_t count, struct filter **top);

/* What the calling thread installed itself. */
struct filter *filters_own(void);
void filters_set_own(struct filter *filter);

#endif
