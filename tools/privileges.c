/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a program file gives rights, so that the loader distrusts its starter. */
#include "privileges.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "executable.h"

static int refuse_user(const char *subject, uid_t user, struct failure *failure)
{
	const struct passwd *entry = getpwuid(user);

	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s would run as user %s (setuid), so the loader ignores "
			   "libkrgghost.so: run krg-run as that user (%u)",
			   subject, entry ? entry->pw_name : "unknown", user);
}

static int refuse_group(const char *subject, gid_t group, struct failure *failure)
{
	const struct group *entry = getgrgid(group);

	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s would run as group %s (setgid), so the loader ignores "
			   "libkrgghost.so: run krg-run as that group (%u)",
			   subject, entry ? entry->gr_name : "unknown", group);
}

static int refuse_capabilities(const char *subject, struct failure *failure)
{
	return failure_set(failure, EXECUTABLE_REFUSED,
			   "%s has file capabilities, so the loader ignores libkrgghost.so: "
			   "run it as root, or a copy of it without them",
			   subject);
}

/* True where the kernel ignores what the file would give (mount -o nosuid, or a
 * sandbox that has set no_new_privs). */
static int gives_nothing(int fd)
{
	struct statvfs mount;

	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
	       (!fstatvfs(fd, &mount) && mount.f_flag & ST_NOSUID);
}

int privileges_check(int fd, const char *subject, struct failure *failure)
{
	uid_t user = geteuid();
	gid_t group = getegid();
	int capable = 0;
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return failure_set(failure, EXECUTABLE_REFUSED, "%s cannot be looked at: %m",
				   subject);
	if (!gives_nothing(fd)) {
		if (stat.st_mode & S_ISUID)
			user = stat.st_uid;
		/* Without the execute bit, S_ISGID once meant mandatory locking. */
		if ((stat.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
			group = stat.st_gid;
		capable = fgetxattr(fd, "security.capability", NULL, 0) > 0;
	}
	/* The kernel's own rule (cap_bprm_creds_from_file): root has all of them
	 * anyway. */
	if (user != getuid())
		return refuse_user(subject, user, failure);
	if (group != getgid())
		return refuse_group(subject, group, failure);
	if (capable && getuid())
		return refuse_capabilities(subject, failure);
	return 0;
}
