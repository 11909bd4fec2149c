/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Working directory, umask, limits, personality and what prctl() sets for the whole process. */
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "check.h"

#define LIMITS 16

struct attributes {
	char directory[512];
	int umask, personality;
	struct rlimit limits[LIMITS];
	int no_new_privileges, no_huge_pages, subreaper;
};

static void ask(struct attributes *attributes)
{
	memset(attributes, 0, sizeof(*attributes));
	CHECK(getcwd(attributes->directory, sizeof(attributes->directory)), "getcwd: %s",
	      strerror(errno));
	attributes->umask = (int)umask(0);
	umask((mode_t)attributes->umask);
	attributes->personality = personality(0xffffffff);
	for (int i = 0; i < LIMITS; i++)
		CHECK_CALL(getrlimit((__rlimit_resource_t)i, &attributes->limits[i]));
	attributes->no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	attributes->no_huge_pages = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
	CHECK_CALL(prctl(PR_GET_CHILD_SUBREAPER, &attributes->subreaper));
}

static void compare(const struct attributes *before, const struct attributes *after)
{
	CHECK(!strcmp(before->directory, after->directory), "the directory was %s and is %s",
	      before->directory, after->directory);
	CHECK_IS(after->umask, before->umask);
	CHECK_IS(after->personality, before->personality);
	for (int i = 0; i < LIMITS; i++) {
		CHECK(after->limits[i].rlim_cur == before->limits[i].rlim_cur,
		      "limit %d was %lu and is %lu", i, before->limits[i].rlim_cur,
		      after->limits[i].rlim_cur);
		CHECK(after->limits[i].rlim_max == before->limits[i].rlim_max,
		      "hard limit %d was %lu and is %lu", i, before->limits[i].rlim_max,
		      after->limits[i].rlim_max);
	}
	CHECK_IS(after->no_new_privileges, before->no_new_privileges);
	CHECK_IS(after->no_huge_pages, before->no_huge_pages);
	CHECK_IS(after->subreaper, before->subreaper);
}

static void lower(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit;

	CHECK_CALL(getrlimit(resource, &limit));
	limit.rlim_cur = limit.rlim_cur < soft ? limit.rlim_cur : soft;
	limit.rlim_max = limit.rlim_max < hard ? limit.rlim_max : hard;
	CHECK_CALL(setrlimit(resource, &limit));
}

int main(void)
{
	struct attributes before, after;
	struct stat made;

	CHECK_CALL(mkdir("attributes", 0755));
	CHECK_CALL(chdir("attributes"));
	umask(0137);
	/* Limits that the checkpoint itself must not stumble over. */
	lower(RLIMIT_CORE, 4096, 1 << 20);
	lower(RLIMIT_NOFILE, 64, 500);
	lower(RLIMIT_FSIZE, 1000, RLIM_INFINITY);
	CHECK_CALL(personality(ADDR_COMPAT_LAYOUT | SHORT_INODE));
	CHECK_CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_CALL(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	CHECK_CALL(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	ask(&before);
	check_ready();
	check_wait();
	ask(&after);
	compare(&before, &after);
	close((int)CHECK_CALL(open("made", O_CREAT | O_WRONLY, 0777)));
	CHECK_CALL(stat("made", &made));
	CHECK_IS(made.st_mode & 0777, 0640);
	return check_passed();
}
