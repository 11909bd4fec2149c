/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shim's side of a mailbox (ghost/mailbox.h). */
#include "post.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../ghost/medium.h"
#include "../ghost/sys.h"
#include "../ghost/text.h"

static int is_trusted(int file)
{
	uint32_t self = (uint32_t)sys_call0(SYS_geteuid);
	struct stat stat;

	return !sys_call2(SYS_fstat, file, &stat) && S_ISREG(stat.st_mode) &&
	       (stat.st_uid == self || stat.st_uid == 0) && !(stat.st_mode & 022);
}

static void send(struct post *post, enum mailbox_state state)
{
	size_t answers = offsetof(struct mailbox, bytes_done);

	if (post->file < 0)
		return;
	medium_file_write_at(post->file, &post->mail.bytes_done, sizeof(post->mail) - answers,
			     answers);
	post->mail.state = state;
	medium_file_write_at(post->file, &post->mail.state, sizeof(post->mail.state),
			     offsetof(struct mailbox, state));
}

void post_open(struct post *post, uint32_t number)
{
	char path[48];
	struct text text;

	post->file = -1;
	memset(&post->mail, 0, sizeof(post->mail));
	if (!number)
		return;
	text_open(&text, path, sizeof(path));
	text_add(&text, MAILBOX_PREFIX);
	text_add_decimal(&text, number);
	post->file = sys_open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0);
	if (post->file < 0)
		return;
	if (is_trusted(post->file) &&
	    !medium_file_read_at(post->file, &post->mail, sizeof(post->mail), 0) &&
	    post->mail.magic == MAILBOX_MAGIC) {
		post->mail.output[MAILBOX_PATH - 1] = '\0';
		send(post, MAILBOX_STARTED);
		return;
	}
	sys_close(post->file);
	post->file = -1;
	memset(&post->mail, 0, sizeof(post->mail));
}

void post_progress(struct post *post, uint64_t done, uint64_t total)
{
	post->mail.bytes_done = done;
	post->mail.bytes_total = total;
	send(post, MAILBOX_WRITING);
}

void post_failed(struct post *post, const char *message)
{
	struct text text;

	text_open(&text, post->mail.message, sizeof(post->mail.message));
	text_add(&text, message);
	send(post, MAILBOX_FAILED);
}

void post_survey(struct post *post, const char *ghost, uint64_t memory,
		 const struct survey *survey)
{
	struct text text;

	text_open(&text, post->mail.ghost, sizeof(post->mail.ghost));
	text_add(&text, ghost);
	post->mail.bytes_total = memory;
	post->mail.list_size = survey->size;
	post->mail.stops = survey->stops;
	post->mail.weakens = survey->weakens;
	send(post, MAILBOX_DONE);
}

void post_done(struct post *post, const char *ghost, uint64_t size, uint64_t pause,
	       uint64_t total)
{
	struct text text;

	text_open(&text, post->mail.ghost, sizeof(post->mail.ghost));
	text_add(&text, ghost);
	post->mail.ghost_size = size;
	post->mail.pause = pause;
	post->mail.total = total;
	send(post, MAILBOX_DONE);
}
