/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the shim has to say: one line where it must, a log where it is asked for. */
#include "report.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../ghost/sys.h"
#include "../ghost/text.h"
#include "anchor.h"

static uint64_t error_device, error_inode;

void report_remember(void)
{
	struct stat stat;

	error_device = error_inode = 0;
	if (sys_call2(SYS_fstat, 2, &stat))
		return;
	error_device = stat.st_dev;
	error_inode = stat.st_ino;
}

static int still_standard_error(void)
{
	struct stat stat;

	return !sys_call2(SYS_fstat, 2, &stat) && error_inode && stat.st_dev == error_device &&
	       stat.st_ino == error_inode;
}

/* What a write of ours may bring about must not reach the program: SIGPIPE where
 * nobody reads its standard error any more, SIGXFSZ behind RLIMIT_FSIZE. */
static sys_sigset_t harmful(void)
{
	return SYS_SIGBIT(SIGPIPE) | SYS_SIGBIT(SIGXFSZ);
}

void report_hush(struct report_hush *hush)
{
	sys_sigset_t all = SYS_SIGALL;

	hush->waited = 0;
	hush->blocked = !sys_sigprocmask(SIG_SETMASK, &all, &hush->mask);
	sys_call2(SYS_rt_sigpending, &hush->waited, sizeof(hush->waited));
}

void report_unhush(const struct report_hush *hush)
{
	const struct timespec at_once = { 0, 0 };
	sys_sigset_t ours = harmful() & ~hush->waited;

	long taken;

	do
		taken = sys_call4(SYS_rt_sigtimedwait, &ours, 0, &at_once, sizeof(ours));
	while (taken > 0 || taken == -EINTR);
	if (hush->blocked)
		sys_sigprocmask(SIG_SETMASK, &hush->mask, NULL);
}

static void write_quietly(int file, const char *data, size_t size)
{
	struct report_hush hush;

	report_hush(&hush);
	sys_write(file, data, size);
	report_unhush(&hush);
}

void report_line(const char *words)
{
	char line[1024];
	struct text text;

	if (!still_standard_error())
		return;
	text_open(&text, line, sizeof(line) - 1);
	text_add(&text, "krgghost: ");
	text_add(&text, words);
	line[text.length++] = '\n';
	write_quietly(2, line, text.length);
}

void report_log(const char *words, size_t length)
{
	int file;

	if (!anchor.settings.log[0])
		return;
	file = sys_open(anchor.settings.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	write_quietly(file, words, length);
	sys_close(file);
}
