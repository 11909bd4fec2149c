/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls of a checkpoint that fail on purpose, for tests (KRG_FAIL). */
#include "inject.h"

#include <errno.h>
#include <string.h>

#include "sys.h"
#include "text.h"

#define NUMBERS 512 /* of system calls, more than there are */

enum {
	EACH = UINT32_MAX, /* as an ordinal: one more in every second checkpoint */
	FUTEX_WAIT = 0,
};

/* What the kernel does not refuse is not made to fail; what fails in another way
 * than by doing nothing is done first. */
enum manner {
	INSTEAD,
	AFTERWARDS, /* close(2) and munmap(2) leave nothing behind, whatever they return */
	WAITING, /* futex(2), where it waits: a wake-up is not refused */
	NEVER,
};

/* The calls that a checkpoint makes, with an error that is like them. */
static const struct call {
	const char *name;
	short number, error;
	enum manner manner;
} calls[] = {
	{ "arch_prctl", SYS_arch_prctl, EPERM, INSTEAD },
	{ "brk", SYS_brk, ENOMEM, NEVER },
	{ "clock_gettime", SYS_clock_gettime, EPERM, INSTEAD },
	{ "clone", SYS_clone, EAGAIN, INSTEAD },
	{ "close", SYS_close, EIO, AFTERWARDS },
	{ "close_range", SYS_close_range, ENOSYS, INSTEAD },
	{ "exit_group", SYS_exit_group, EPERM, NEVER },
	{ "fadvise64", SYS_fadvise64, EINVAL, INSTEAD },
	{ "fallocate", SYS_fallocate, ENOSPC, INSTEAD },
	{ "fchmod", SYS_fchmod, EPERM, INSTEAD },
	{ "fcntl", SYS_fcntl, EPERM, INSTEAD },
	{ "fstat", SYS_fstat, EIO, INSTEAD },
	{ "fsync", SYS_fsync, EIO, INSTEAD },
	{ "ftruncate", SYS_ftruncate, ENOSPC, INSTEAD },
	{ "fstatfs", SYS_fstatfs, EIO, INSTEAD },
	{ "futex", SYS_futex, EINTR, WAITING },
	{ "get_robust_list", SYS_get_robust_list, EPERM, INSTEAD },
	{ "getdents64", SYS_getdents64, EIO, INSTEAD },
	{ "geteuid", SYS_geteuid, EPERM, NEVER },
	{ "getgid", SYS_getgid, EPERM, NEVER },
	{ "getitimer", SYS_getitimer, EPERM, INSTEAD },
	{ "getpgid", SYS_getpgid, EPERM, INSTEAD },
	{ "getpid", SYS_getpid, EPERM, NEVER },
	{ "getppid", SYS_getppid, EPERM, NEVER },
	{ "getsid", SYS_getsid, EPERM, INSTEAD },
	{ "gettid", SYS_gettid, EPERM, NEVER },
	{ "getuid", SYS_getuid, EPERM, NEVER },
	{ "ioctl", SYS_ioctl, ENOMEM, INSTEAD },
	{ "kcmp", SYS_kcmp, EPERM, INSTEAD },
	{ "kill", SYS_kill, EPERM, NEVER },
	{ "linkat", SYS_linkat, ENOSPC, INSTEAD },
	{ "lseek", SYS_lseek, EINVAL, INSTEAD },
	{ "membarrier", SYS_membarrier, EPERM, INSTEAD },
	{ "mincore", SYS_mincore, EAGAIN, INSTEAD },
	{ "mmap", SYS_mmap, ENOMEM, INSTEAD },
	{ "munmap", SYS_munmap, ENOMEM, AFTERWARDS },
	{ "openat", SYS_openat, ENFILE, INSTEAD },
	{ "personality", SYS_personality, EPERM, INSTEAD },
	{ "pipe2", SYS_pipe2, ENFILE, INSTEAD },
	{ "poll", SYS_poll, ENOMEM, INSTEAD },
	{ "prctl", SYS_prctl, EPERM, INSTEAD },
	{ "pread64", SYS_pread64, EIO, INSTEAD },
	{ "prlimit64", SYS_prlimit64, EPERM, INSTEAD },
	{ "ptrace", SYS_ptrace, EPERM, INSTEAD },
	{ "pwrite64", SYS_pwrite64, ENOSPC, INSTEAD },
	{ "read", SYS_read, EIO, INSTEAD },
	{ "readlinkat", SYS_readlinkat, ENOMEM, INSTEAD },
	{ "renameat", SYS_renameat, ENOSPC, INSTEAD },
	{ "rseq", SYS_rseq, EPERM, INSTEAD },
	{ "rt_sigaction", SYS_rt_sigaction, EPERM, INSTEAD },
	{ "rt_sigpending", SYS_rt_sigpending, EPERM, INSTEAD },
	{ "rt_sigprocmask", SYS_rt_sigprocmask, EPERM, INSTEAD },
	{ "rt_sigqueueinfo", SYS_rt_sigqueueinfo, EAGAIN, INSTEAD },
	{ "rt_sigtimedwait", SYS_rt_sigtimedwait, EINTR, INSTEAD },
	{ "rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, EAGAIN, INSTEAD },
	{ "sched_getaffinity", SYS_sched_getaffinity, EPERM, INSTEAD },
	{ "sched_yield", SYS_sched_yield, EPERM, NEVER },
	{ "stat", SYS_stat, EACCES, INSTEAD },
	{ "sync_file_range", SYS_sync_file_range, EIO, INSTEAD },
	{ "tee", SYS_tee, ENOMEM, INSTEAD },
	{ "tgkill", SYS_tgkill, EAGAIN, NEVER },
	{ "timer_gettime", SYS_timer_gettime, EPERM, INSTEAD },
	{ "umask", SYS_umask, EPERM, INSTEAD },
	{ "uname", SYS_uname, EPERM, INSTEAD },
	{ "unlinkat", SYS_unlinkat, EIO, INSTEAD },
	{ "unshare", SYS_unshare, EPERM, INSTEAD },
	{ "wait4", SYS_wait4, EINTR, INSTEAD },
	{ "waitid", SYS_waitid, EPERM, INSTEAD },
	{ "write", SYS_write, EIO, INSTEAD },
};

/* Tasks that can be made to die, by enum inject_helper. */
static const char *const helpers[] = { "stopper", "scribe", "worker" };

static struct {
	enum { NOTHING, COUNT, CALL, DEATH } what;
	const struct call *call;
	enum inject_helper helper; /* that is to die */
	int error;
	uint32_t ordinal; /* from 1, or EACH */

	uint32_t goal; /* of this checkpoint; 0: nothing is to fail */
	uint32_t checkpoints;
	uint32_t seen; /* of what is counted; over many checkpoints unless EACH */
	uint32_t hit; /* it has come to it */
	int pid;
	enum inject_helper running; /* of the leader's own */
	uint32_t counts[NUMBERS];
} plan;

uint32_t inject_armed;

/* --- what is asked for -------------------------------------------------------- */

static int word_is(const char *from, const char *to, const char *word)
{
	return (size_t)(to - from) == strlen(word) && !strncmp(from, word, (size_t)(to - from));
}

static int find_call(const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (!word_is(from, to, calls[i].name) || calls[i].manner == NEVER)
			continue;
		plan.call = &calls[i];
		plan.error = calls[i].error;
		return 0;
	}
	return -EINVAL;
}

static int find_helper(const char *from, const char *to)
{
	for (int i = 0; i < 3; i++) {
		if (word_is(from, to, helpers[i])) {
			plan.helper = (enum inject_helper)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* The number at the cursor, or "each". */
static int take_ordinal(const char **cursor)
{
	const char *begin = *cursor, *after = text_after(begin, "each");
	uint64_t number;

	if (after) {
		plan.ordinal = EACH;
		*cursor = after;
		return 0;
	}
	number = text_take_decimal(cursor);
	plan.ordinal = (uint32_t)number;
	return *cursor - begin > 9 || !number ? -EINVAL : 0;
}

static int parse_death(const char *cursor)
{
	const char *end = strchrnul(cursor, ':');

	plan.what = DEATH;
	plan.ordinal = 1;
	if (find_helper(cursor, end))
		return -EINVAL;
	if (*end) {
		end++;
		if (take_ordinal(&end))
			return -EINVAL;
	}
	return *end ? -EINVAL : 0;
}

static int parse_call(const char *cursor)
{
	const char *end = strchrnul(cursor, ':');

	plan.what = CALL;
	if (!*end || find_call(cursor, end))
		return -EINVAL;
	end++;
	if (take_ordinal(&end))
		return -EINVAL;
	if (*end == ':') {
		plan.error = text_find_error(end + 1);
		return plan.error ? 0 : -EINVAL;
	}
	return *end ? -EINVAL : 0;
}

int inject_parse(const char *value)
{
	const char *death;
	int error = 0;

	memset(&plan, 0, sizeof(plan));
	if (!value || !*value)
		return 0;
	death = text_after(value, "die:");
	if (!strcmp(value, "count"))
		plan.what = COUNT;
	else
		error = death ? parse_death(death) : parse_call(value);
	if (error)
		plan.what = NOTHING;
	return error;
}

/* --- a checkpoint --------------------------------------------------------------- */

void inject_begin(int pid)
{
	if (plan.what == NOTHING)
		return;
	plan.pid = pid;
	plan.goal = plan.ordinal;
	if (plan.ordinal == EACH) {
		plan.seen = 0;
		plan.goal = plan.checkpoints % 2 ? plan.checkpoints / 2 + 1 : 0;
	}
	plan.hit = 0;
	plan.checkpoints++;
	memset(plan.counts, 0, sizeof(plan.counts));
	__atomic_store_n(&inject_armed, 1, __ATOMIC_RELEASE);
}

void inject_end(void)
{
	__atomic_store_n(&inject_armed, 0, __ATOMIC_RELEASE);
}

void inject_helper_begins(enum inject_helper helper)
{
	plan.running = helper;
}

void inject_forget(void)
{
	inject_armed = 0;
	plan.what = NOTHING;
}

static const char *name_of(long number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			return calls[i].name;
	return NULL;
}

static void tell_counts(struct text *text)
{
	for (int i = 0; i < NUMBERS; i++) {
		if (!plan.counts[i])
			continue;
		text_add(text, " ");
		if (name_of(i))
			text_add(text, name_of(i));
		else
			text_add_decimal(text, i);
		text_add(text, "=");
		text_add_decimal(text, plan.counts[i]);
	}
}

size_t inject_tell(char *line, size_t size)
{
	struct text text;

	if (plan.what == NOTHING)
		return 0;
	text_open(&text, line, size);
	text_add(&text, "KRG_FAIL:");
	if (plan.what == COUNT) {
		tell_counts(&text);
	} else if (!plan.hit) {
		text_add(&text, plan.goal ? " nothing failed" : " nothing was to fail");
	} else {
		text_add(&text, " ");
		text_add(&text, plan.what == DEATH ? helpers[plan.helper] : plan.call->name);
		text_add(&text, " ");
		text_add_decimal(&text, plan.goal);
		text_add(&text, plan.what == DEATH ? " died" : ": ");
		if (plan.what == CALL)
			text_add_error(&text, plan.error);
	}
	text_add(&text, "\n");
	return text.length;
}

/* --- before each of its system calls ---------------------------------------------- */

/* The leader's helpers come one after the other; a helper's own are the workers. */
static int is_helper(enum inject_helper helper)
{
	int self = (int)sys_raw6(SYS_getpid, 0, 0, 0, 0, 0, 0);
	int parent = (int)sys_raw6(SYS_getppid, 0, 0, 0, 0, 0, 0);

	if (self == plan.pid)
		return 0;
	if (helper == INJECT_WORKER)
		return parent != plan.pid;
	return parent == plan.pid && plan.running == helper;
}

static int comes_to_it(void)
{
	uint32_t seen = __atomic_add_fetch(&plan.seen, 1, __ATOMIC_RELAXED);

	if (!plan.goal || seen != plan.goal)
		return 0;
	plan.hit = 1;
	return 1;
}

static void maybe_die(void)
{
	if (!is_helper(plan.helper) || !comes_to_it())
		return;
	sys_raw6(SYS_kill, sys_raw6(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
}

long inject_failure(long number, long first, long second)
{
	if (plan.what == COUNT && number >= 0 && number < NUMBERS)
		__atomic_add_fetch(&plan.counts[number], 1, __ATOMIC_RELAXED);
	if (plan.what == DEATH)
		maybe_die();
	if (plan.what != CALL || number != plan.call->number)
		return 0;
	if ((plan.call->manner == WAITING && second != FUTEX_WAIT) || !comes_to_it())
		return 0;
	if (plan.call->manner == AFTERWARDS)
		sys_raw6(number, first, second, 0, 0, 0, 0);
	return -plan.error;
}
