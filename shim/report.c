/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the shim has to say: one line where it must, a log where it is asked for. */
#include "report.h"

#include <string.h>
#include <sys/stat.h>

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
	sys_write(2, line, text.length);
}

void report_log(const char *words, size_t length)
{
	int file;

	if (!anchor.settings.log[0])
		return;
	file = sys_open(anchor.settings.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	sys_write(file, words, length);
	sys_close(file);
}
