/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open files: position, flags, close-on-exec, and which numbers share a description. */
#include "check.h"

enum { READER, WRITER, APPENDER, SHARED, SHARED_TWIN, OTHER, PATH_ONLY, SYNCED, FILES };

static int fds[FILES];

static struct {
	int status, descriptor;
	off_t position;
} before[FILES];

static void make(const char *path, const char *text)
{
	int file = (int)CHECK_CALL(open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644));

	CHECK_IS(write(file, text, strlen(text)), strlen(text));
	close(file);
}

static void open_all(void)
{
	make("data", "0123456789abcdefghijklmnopqrstuvwxyz");
	make("log", "first line\n");
	fds[READER] = open("data", O_RDONLY | O_CLOEXEC);
	fds[WRITER] = open("written", O_CREAT | O_EXCL | O_RDWR | O_TRUNC, 0600);
	fds[APPENDER] = open("log", O_WRONLY | O_APPEND | O_NONBLOCK);
	fds[SHARED] = open("data", O_RDONLY);
	fds[SHARED_TWIN] = fcntl(fds[SHARED], F_DUPFD_CLOEXEC, 50);
	fds[OTHER] = open("data", O_RDONLY | O_NOATIME | O_NOFOLLOW);
	fds[PATH_ONLY] = open("data", O_PATH | O_CLOEXEC);
	fds[SYNCED] = open("data", O_RDWR | O_DSYNC | O_LARGEFILE);
	for (int i = 0; i < FILES; i++)
		CHECK(fds[i] >= 0, "file %d: %s", i, strerror(errno));
	CHECK_CALL(lseek(fds[READER], 10, SEEK_SET));
	CHECK_CALL(lseek(fds[WRITER], 100000, SEEK_SET)); /* far behind the end */
	CHECK_CALL(lseek(fds[SHARED], 5, SEEK_SET));
	CHECK_CALL(lseek(fds[OTHER], 7, SEEK_SET));
}

static void look(int i, int *status, int *descriptor, off_t *position)
{
	*status = fcntl(fds[i], F_GETFL);
	*descriptor = fcntl(fds[i], F_GETFD);
	*position = lseek(fds[i], 0, SEEK_CUR);
}

static void expect_text(int fd, const char *text)
{
	char found[32] = "";

	CHECK_IS(read(fd, found, strlen(text)), strlen(text));
	CHECK(!strcmp(found, text), "\"%s\" was read, not \"%s\"", found, text);
}

int main(void)
{
	struct stat data, path;
	int status, descriptor;
	off_t position;

	open_all();
	for (int i = 0; i < FILES; i++)
		look(i, &before[i].status, &before[i].descriptor, &before[i].position);
	check_ready();
	check_wait();
	for (int i = 0; i < FILES; i++) {
		look(i, &status, &descriptor, &position);
		CHECK(status == before[i].status, "file %d had the flags 0%o and has 0%o", i,
		      before[i].status, status);
		CHECK(descriptor == before[i].descriptor, "file %d: close-on-exec is %d", i,
		      descriptor);
		CHECK(position == before[i].position, "file %d was at %ld and is at %ld", i,
		      (long)before[i].position, (long)position);
	}
	expect_text(fds[READER], "abc");
	expect_text(fds[SHARED], "567");
	expect_text(fds[SHARED_TWIN], "89a"); /* one position for both */
	expect_text(fds[OTHER], "789");
	CHECK_CALL(write(fds[WRITER], "x", 1));
	CHECK_IS(lseek(fds[WRITER], 0, SEEK_END), 100001);
	CHECK_CALL(write(fds[APPENDER], "last line\n", 10));
	CHECK_IS(lseek(fds[APPENDER], 0, SEEK_CUR), 21);
	CHECK_CALL(fstat(fds[READER], &data));
	CHECK_CALL(fstat(fds[PATH_ONLY], &path));
	CHECK_IS(path.st_ino, data.st_ino);
	return check_passed();
}
