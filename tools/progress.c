/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The line on the terminal that shows how far a checkpoint is. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "words.h"

#define PROGRESS_DELAY   500000
#define PROGRESS_PERIOD  100000
#define PROGRESS_LINE    128
#define PROGRESS_BAR     24
#define PROGRESS_COLUMNS 80 /* of a terminal that does not say */

void progress_start(struct progress *progress, int wanted, pid_t pid, int64_t now)
{
	*progress = (struct progress){
		.wanted = wanted && isatty(STDERR_FILENO),
		.pid = pid,
		.next = now + PROGRESS_DELAY,
	};
}

static void write_amounts(struct progress *progress, const struct mailbox *mailbox, int64_t now,
			  char line[PROGRESS_LINE])
{
	char done[WORDS_AMOUNT], total[WORDS_AMOUNT], rate[WORDS_AMOUNT], bar[PROGRESS_BAR + 1];
	uint64_t bytes = mailbox->bytes_done;
	double part, seconds = (double)(now - progress->writing_since) / 1e6;
	int filled;

	if (bytes > mailbox->bytes_total)
		bytes = mailbox->bytes_total;
	part = (double)bytes / (double)mailbox->bytes_total;
	filled = (int)(part * PROGRESS_BAR);
	memset(bar, '.', PROGRESS_BAR);
	memset(bar, '#', (size_t)filled);
	bar[PROGRESS_BAR] = '\0';
	words_amount(bytes, done);
	words_amount(mailbox->bytes_total, total);
	words_amount(bytes > progress->first && seconds > 0
			     ? (uint64_t)((double)(bytes - progress->first) / seconds)
			     : 0,
		     rate);
	snprintf(line, PROGRESS_LINE, "[%s] %3d %%  %s of %s  %s/s", bar, (int)(part * 100), done,
		 total, rate);
}

static void write_line(struct progress *progress, const struct mailbox *mailbox, int64_t now,
		       char line[PROGRESS_LINE])
{
	const char *doing = mailbox->state == MAILBOX_WAITING ? "waiting for" : "stopping";

	if (mailbox->state == MAILBOX_WRITING && mailbox->bytes_total)
		write_amounts(progress, mailbox, now, line);
	else
		snprintf(line, PROGRESS_LINE, "%s process %d", doing, (int)progress->pid);
}

static int columns(void)
{
	struct winsize window;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) < 0 || !window.ws_col)
		return PROGRESS_COLUMNS;
	return window.ws_col;
}

void progress_show(struct progress *progress, const struct mailbox *mailbox, int64_t now)
{
	char line[PROGRESS_LINE];
	int room = columns() - 1; /* a full line would wrap */
	int length;

	if (mailbox->state == MAILBOX_WRITING && !progress->writing_since) {
		progress->writing_since = now;
		progress->first = mailbox->bytes_done;
	}
	if (!progress->wanted || now < progress->next)
		return;
	progress->next = now + PROGRESS_PERIOD;
	write_line(progress, mailbox, now, line);
	length = (int)strlen(line) < room ? (int)strlen(line) : room;
	/* Blanks over the rest of a longer line need no terminal's own language. */
	fprintf(stderr, "\r%.*s%*s", length, line,
		progress->length > length ? progress->length - length : 0, "");
	progress->length = length;
}

void progress_clear(struct progress *progress)
{
	if (progress->length)
		fprintf(stderr, "\r%*s\r", progress->length, "");
	progress->length = 0;
}
