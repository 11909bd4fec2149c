/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the process looks from outside: command line, environment, auxv, names, executable, ids. */
#include <sys/auxv.h>
#include <sys/prctl.h>

#include "check.h"

#define FILES       6
#define LARGEST     8192
#define STAT_FIELDS 52

static const char *const files[FILES] = {
	"/proc/self/cmdline", "/proc/self/environ",     "/proc/self/auxv",
	"/proc/self/comm",    "/proc/thread-self/comm", "/proc/self/loginuid",
};

struct looks {
	char content[FILES][LARGEST];
	ssize_t length[FILES];
	char executable[256];
	unsigned long stat[STAT_FIELDS + 1];
	int ids[8];
};

/* Of /proc/self/stat, by the numbers in proc(5): the ids of process and group,
 * addresses of code, data, heap, arguments and environment.  The session is that
 * of whoever resumes; see session.c. */
static const int kept[] = { 1, 5, 26, 27, 28, 45, 46, 47, 48, 49, 50, 51 };

static void read_stat(unsigned long *fields)
{
	static char line[2048];
	int file = (int)CHECK_CALL(open("/proc/self/stat", O_RDONLY));
	char *cursor;

	CHECK(read(file, line, sizeof(line) - 1) > 0, "stat cannot be read");
	close(file);
	fields[1] = strtoul(line, NULL, 10);
	cursor = strrchr(line, ')') + 3; /* behind the state */
	for (int i = 4; i <= STAT_FIELDS; i++)
		fields[i] = (unsigned long)strtoull(cursor, &cursor, 10);
}

static void look(struct looks *looks)
{
	memset(looks, 0, sizeof(*looks));
	for (int i = 0; i < FILES; i++) {
		int file = open(files[i], O_RDONLY);

		looks->length[i] = file < 0 ? -1 : read(file, looks->content[i], LARGEST);
		close(file);
	}
	CHECK_CALL(readlink("/proc/self/exe", looks->executable, sizeof(looks->executable)));
	read_stat(looks->stat);
	looks->ids[0] = getpid();
	looks->ids[1] = (int)syscall(SYS_gettid);
	looks->ids[2] = (int)getuid();
	looks->ids[3] = (int)geteuid();
	looks->ids[4] = (int)getgid();
	looks->ids[5] = (int)getegid();
}

static void compare(const struct looks *before, const struct looks *after)
{
	for (int i = 0; i < FILES; i++) {
		CHECK(after->length[i] == before->length[i], "%s had %zd bytes and has %zd",
		      files[i], before->length[i], after->length[i]);
		CHECK(!memcmp(after->content[i], before->content[i], LARGEST), "%s is different",
		      files[i]);
	}
	CHECK(!strcmp(after->executable, before->executable), "exe was %s and is %s",
	      before->executable, after->executable);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		CHECK(after->stat[kept[i]] == before->stat[kept[i]],
		      "field %d of stat was %lu and is %lu", kept[i], before->stat[kept[i]],
		      after->stat[kept[i]]);
	for (int i = 0; i < 8; i++)
		CHECK_IS(after->ids[i], before->ids[i]);
}

int main(int count, char **arguments)
{
	static struct looks before, after;

	CHECK_CALL(setpgid(0, 0));
	/* As programs do that show in ps what they are at; and a name of our own. */
	if (count > 0)
		memset(arguments[0], 'x', strlen(arguments[0]) / 2);
	CHECK_CALL(prctl(PR_SET_NAME, "odd) name (R 1"));
	CHECK_CALL(setenv("EXAMPLE_LATE", "set by the program", 1));
	look(&before);
	check_ready();
	check_wait();
	look(&after);
	compare(&before, &after);
	CHECK(!strcmp(getenv("EXAMPLE_LATE"), "set by the program"), "the environment is lost");
	CHECK_IS(getauxval(AT_PAGESZ), 4096);
	return check_passed();
}
