/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp filters: seen when they are installed, for the kernel shows them to nobody later. */
#include "filters.h"

#include <asm/prctl.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "anchor.h"
#include "bpf.h"
#include "post.h"
#include "proc.h"
#include "report.h"
#include "slot.h"

struct call {
	int nr;
	uint64_t argument[3];
	const char *name;
	int needed;
};

#define NEEDED(name, a, b, c) { SYS_##name, { (uint64_t)(a), (b), (c) }, #name, 1 },
#define WISHED(name, a, b, c) { SYS_##name, { (uint64_t)(a), (b), (c) }, #name, 0 },
static const struct call calls[] = {
#include "needed.def"
};
#undef NEEDED
#undef WISHED

/* Those with which the handler says that there will be no checkpoint. */
static const int speech[] = { SYS_fstat,   SYS_write,   SYS_openat,   SYS_close,
			      SYS_geteuid, SYS_pread64, SYS_pwrite64, SYS_process_vm_readv };

/* The newest that this thread installed itself, and whether it may not even speak. */
static __thread struct filter *own __attribute__((tls_model("initial-exec")));
static __thread uint32_t own_mute __attribute__((tls_model("initial-exec")));

static long control(int option)
{
	return sys_call6(SYS_prctl, option, 0, 0, 0, 0, 0);
}

/* --- what a filter permits ---------------------------------------------------- */

static uint32_t answer(const struct filter *filter, const struct call *call)
{
	struct seccomp_data data = {
		.nr = call->nr,
		.arch = AUDIT_ARCH_X86_64,
		.args = { call->argument[0], call->argument[1], call->argument[2] },
	};

	return bpf_answer(filter->code, filter->length, &data) & SECCOMP_RET_ACTION_FULL;
}

/* A call that fails is an error like others if we can do without it; one that ends
 * the program, calls its handler or waits for somebody's leave is not. */
static int permits(const struct filter *filter, const struct call *call)
{
	switch (answer(filter, call)) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return 1;
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_TRACE:
		return !call->needed;
	default:
		return 0;
	}
}

static int is_speech(int nr)
{
	for (size_t i = 0; i < sizeof(speech) / sizeof(speech[0]); i++)
		if (speech[i] == nr)
			return 1;
	return 0;
}

static void look_at(const struct filter *filter, uint32_t *forbidden, uint32_t *mute)
{
	*forbidden = *mute = 0;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (permits(filter, &calls[i]))
			continue;
		*forbidden = *forbidden ? *forbidden : (uint32_t)calls[i].nr + 1;
		*mute |= (uint32_t)is_speech(calls[i].nr);
	}
}

/* --- the tree ------------------------------------------------------------------ */

int filters_descend(const struct filter *filter, const struct filter *from)
{
	while (filter && filter != from)
		filter = filter->below;
	return filter == from;
}

uint32_t filters_count(int file)
{
	char status[3072];
	const char *line;
	long length;

	if (file < 0)
		return FILTERS_UNKNOWN;
	length = sys_read(file, status, sizeof(status) - 1);
	sys_close(file);
	status[length < 0 ? 0 : length] = '\0';
	line = strstr(status, "Seccomp_filters:");
	if (!line)
		return FILTERS_UNKNOWN;
	line += sizeof("Seccomp_filters:") - 1;
	while (*line == ' ' || *line == '\t')
		line++;
	return (uint32_t)text_take_decimal(&line);
}

void filters_learn_inherited(void)
{
	uint32_t count;

	anchor.filters.inherited = 0;
	if (control(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
		return;
	count = filters_count(sys_open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC, 0));
	anchor.filters.inherited = count == FILTERS_UNKNOWN ? 0 : count;
}

/* The only one at that depth, and above what the thread is known to have; with
 * none, or more than one, nobody can tell. */
static struct filter *only_at(uint32_t depth, const struct filter *known)
{
	struct filter *found = NULL;

	for (struct filter *filter = anchor.filters.list; filter; filter = filter->next) {
		if (filter->depth != depth || !filters_descend(filter, known))
			continue;
		if (found)
			return NULL;
		found = filter;
	}
	return found;
}

int filters_top(struct filter *newest, uint32_t count, struct filter **top)
{
	struct filter *everywhere = anchor.filters.everywhere;
	uint32_t depth;

	*top = filters_descend(newest, everywhere) ? newest : everywhere;
	if (count == FILTERS_UNKNOWN)
		return *top ? 0 : -ENOENT;
	if (count < anchor.filters.inherited)
		return -ENOENT;
	depth = count - anchor.filters.inherited;
	if (depth == (*top ? (*top)->depth : 0))
		return 0;
	*top = only_at(depth, *top);
	return *top ? 0 : -ENOENT;
}

/* What the calling thread has already.  Only one that inherited filters has to
 * ask the kernel, how many. */
static int find_below(struct filter **below)
{
	struct filter *known =
		filters_descend(own, anchor.filters.everywhere) ? own : anchor.filters.everywhere;
	uint32_t count = anchor.filters.inherited;

	if (known) {
		*below = known;
		return 0;
	}
	if (anchor.filters.list && control(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER)
		count = filters_count(
			sys_open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC, 0));
	return filters_top(NULL, count, below);
}

/* --- when one is installed ------------------------------------------------------ */

/* Either this sees the leader, or the leader sees this (shim/signal.c). */
int filters_close_door(uint32_t forbidden, uint32_t mute)
{
	uint32_t open = 0;

	if (!__atomic_compare_exchange_n(&anchor.filters.forbidden, &open, forbidden, 0,
					 __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		return -EALREADY;
	anchor.filters.mute = mute;
	own_mute = forbidden == FILTERS_STRICT;
	if (!__atomic_load_n(&anchor.leader, __ATOMIC_SEQ_CST))
		return 0;
	filters_open_door();
	return -EBUSY;
}

void filters_open_door(void)
{
	anchor.filters.mute = 0;
	own_mute = 0;
	__atomic_store_n(&anchor.filters.forbidden, 0, __ATOMIC_SEQ_CST);
}

struct filter *filters_prepare(const struct sock_fprog *program, uint32_t flags,
			       uint32_t *forbidden, uint32_t *mute)
{
	uint64_t bytes = program->len * sizeof(struct sock_filter);
	struct filter *filter = sys_mmap(NULL, sizeof(*filter) + bytes, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (sys_failed(filter))
		return NULL;
	filter->size = sizeof(*filter) + bytes;
	filter->flags = flags;
	filter->length = program->len;
	memcpy(filter->code, program->filter, bytes);
	filter->lost = find_below(&filter->below) != 0;
	filter->depth = (filter->below ? filter->below->depth : 0) + 1;
	look_at(filter, forbidden, mute);
	return filter;
}

void filters_abandon(struct filter *filter)
{
	sys_munmap(filter, filter->size);
}

void filters_commit(struct filter *filter)
{
	struct filters *filters = &anchor.filters;

	own = filter;
	if (filter->flags & SECCOMP_FILTER_FLAG_TSYNC)
		filters->everywhere = filter;
	filter->next = __atomic_load_n(&filters->list, __ATOMIC_ACQUIRE);
	while (!__atomic_compare_exchange_n(&filters->list, &filter->next, filter, 0,
					    __ATOMIC_RELEASE, __ATOMIC_ACQUIRE))
		;
}

/* --- instead of a checkpoint ---------------------------------------------------- */

static const char *name_of(uint32_t forbidden)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((uint32_t)calls[i].nr + 1 == forbidden)
			return calls[i].name;
	return "hardly anything";
}

void filters_decline(uint32_t mailbox)
{
	char line[200];
	struct text text;
	struct post post;

	if (anchor.filters.mute || own_mute)
		return;
	text_open(&text, line, sizeof(line));
	text_add(&text, "no checkpoint: a seccomp filter of the program forbids ");
	text_add(&text, name_of(anchor.filters.forbidden));
	text_add(&text, ", without which there is none; let the filter permit it, or ask before "
			"it is installed");
	report_line(line);
	post_open(&post, mailbox);
	post_failed(&post, line + sizeof("no checkpoint: ") - 1);
	if (post.file >= 0)
		sys_close(post.file);
	text_add(&text, "\n");
	report_log(line, text.length);
}

int filters_may_speak(void)
{
	return !anchor.filters.mute && !own_mute;
}

struct filter *filters_own(void)
{
	return own;
}

void filters_set_own(struct filter *filter)
{
	own = filter;
}
