/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files without a name that are open: deleted, of O_TMPFILE and memfds, mapped or not. */
#include <sys/file.h>
#include <sys/mman.h>

#include "check.h"

#define PAGE 4096
#define HOLE (3L << 20)

static void put(int fd, const char *text, off_t at)
{
	CHECK_IS(pwrite(fd, text, strlen(text), at), strlen(text));
}

static void expect(int fd, const char *text, off_t at)
{
	char found[100] = { 0 };

	CHECK_IS(pread(fd, found, strlen(text), at), strlen(text));
	CHECK(!strcmp(found, text), "%s is not %s", found, text);
}

static long size_of(int fd)
{
	struct stat stat;

	CHECK_CALL(fstat(fd, &stat));
	CHECK_IS(stat.st_nlink, 0);
	return (long)stat.st_size;
}

static char *map(int fd, int prot)
{
	char *memory = mmap(NULL, 2 * PAGE, prot, MAP_SHARED, fd, 0);

	CHECK(memory != MAP_FAILED, "mmap: %s", strerror(errno));
	return memory;
}

/* Three descriptions of one file, one of them under two numbers; it has a large hole. */
struct deleted {
	int writes, again, reads, appends;
};

static void make_deleted(struct deleted *at)
{
	at->writes = (int)CHECK_CALL(open("deleted", O_RDWR | O_CREAT | O_TRUNC, 0640));
	at->reads = (int)CHECK_CALL(open("deleted", O_RDONLY | O_CLOEXEC));
	at->appends = (int)CHECK_CALL(open("deleted", O_WRONLY | O_APPEND));
	CHECK_CALL(unlink("deleted"));
	put(at->writes, "begin", 0);
	put(at->writes, "end", HOLE);
	CHECK_CALL(lseek(at->writes, 5, SEEK_SET));
	CHECK_CALL(lseek(at->reads, HOLE, SEEK_SET));
	at->again = (int)CHECK_CALL(dup(at->writes));
	CHECK_CALL(flock(at->writes, LOCK_EX));
}

static void verify_deleted(const struct deleted *at)
{
	struct stat one, other;
	char text[4] = { 0 };

	CHECK_CALL(fstat(at->writes, &one));
	CHECK_CALL(fstat(at->appends, &other));
	CHECK_IS(one.st_ino, other.st_ino);
	CHECK_IS(one.st_mode & 0777, 0640);
	CHECK(one.st_blocks < 2048, "the hole has been filled: %ld blocks", (long)one.st_blocks);
	CHECK_IS(size_of(at->reads), HOLE + 3);
	expect(at->reads, "begin", 0);
	CHECK_IS(read(at->reads, text, 3), 3);
	CHECK(!strcmp(text, "end"), "%s at the end", text);
	CHECK_IS(lseek(at->again, 0, SEEK_CUR), 5);
	CHECK_IS(write(at->again, "ning", 4), 4);
	CHECK_IS(lseek(at->writes, 0, SEEK_CUR), 9);
	expect(at->reads, "beginning", 0);
	CHECK_IS(write(at->appends, "less", 4), 4);
	expect(at->reads, "endless", HOLE);
	CHECK_IS(fcntl(at->appends, F_GETFL) & (O_ACCMODE | O_APPEND), O_WRONLY | O_APPEND);
	CHECK_IS(fcntl(at->reads, F_GETFD), FD_CLOEXEC);
	CHECK_IS(flock(at->reads, LOCK_SH | LOCK_NB), -1);
}

/* One file seen through a descriptor and two mappings, one of which only executes, as
 * programs have it that write code; a mov and a ret. */
struct code {
	int fd;
	unsigned char *writes, *runs;
};

static void make_code(struct code *at)
{
	static const unsigned char returns_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

	at->fd = (int)CHECK_CALL(memfd_create("code", MFD_CLOEXEC));
	CHECK_CALL(ftruncate(at->fd, 2 * PAGE));
	at->writes = (unsigned char *)map(at->fd, PROT_READ | PROT_WRITE);
	at->runs = (unsigned char *)map(at->fd, PROT_READ | PROT_EXEC);
	memcpy(at->writes, returns_42, sizeof(returns_42));
}

static int run(const struct code *at)
{
	int (*function)(void);

	memcpy(&function, &at->runs, sizeof(function));
	return function();
}

static void verify_code(const struct code *at)
{
	CHECK_IS(run(at), 42);
	at->writes[1] = 43;
	CHECK_IS(run(at), 43);
	CHECK_IS(pwrite(at->fd, "\x2c", 1, 1), 1);
	CHECK_IS(run(at), 44);
	at->writes[PAGE] = 'w';
	expect(at->fd, "w", PAGE);
}

static int make_sealed(char **memory)
{
	int fd = (int)CHECK_CALL(memfd_create("sealed", MFD_ALLOW_SEALING));

	put(fd, "for ever", 0);
	CHECK_CALL(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW));
	*memory = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	return fd;
}

static void verify_sealed(int fd, const char *memory)
{
	expect(fd, "for ever", 0);
	CHECK_IS(fcntl(fd, F_GET_SEALS), F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
	CHECK_IS(pwrite(fd, "x", 1, 0), -1);
	CHECK_IS(size_of(fd), 8);
	/* Linux before 6.7 does not map a sealed file shared at all. */
	CHECK(memory == MAP_FAILED || !strcmp(memory, "for ever"), "mapped: %s", memory);
}

int main(void)
{
	struct deleted deleted;
	struct code code;
	char *shared, *sealed_memory;
	int temporary, shared_fd, sealed, empty;

	make_deleted(&deleted);
	make_code(&code);
	sealed = make_sealed(&sealed_memory);
	temporary = open(".", O_TMPFILE | O_RDWR | O_NOFOLLOW, 0600); /* as Python does */
	if (temporary < 0)
		temporary = (int)CHECK_CALL(memfd_create("no O_TMPFILE here", 0));
	put(temporary, "temporary", 100);
	shared_fd = (int)CHECK_CALL(open("shared", O_RDWR | O_CREAT | O_TRUNC, 0600));
	CHECK_CALL(unlink("shared"));
	CHECK_CALL(ftruncate(shared_fd, PAGE + 1000));
	shared = map(shared_fd, PROT_READ | PROT_WRITE);
	strcpy(shared + 500, "by memory");
	empty = (int)CHECK_CALL(memfd_create("empty", 0));
	check_ready();
	check_wait();
	verify_deleted(&deleted);
	verify_code(&code);
	verify_sealed(sealed, sealed_memory);
	expect(temporary, "temporary", 100);
	CHECK_IS(size_of(temporary), 109);
	expect(shared_fd, "by memory", 500);
	CHECK_IS(size_of(shared_fd), PAGE + 1000);
	put(shared_fd, "by hand", 700);
	CHECK(!strcmp(shared + 700, "by hand"), "memory has %s", shared + 700);
	CHECK_IS(size_of(empty), 0);
	CHECK_IS(fcntl(empty, F_GET_SEALS), F_SEAL_SEAL);
	return check_passed();
}
