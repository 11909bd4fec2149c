/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Users, groups and capabilities of each thread: the same, and never more. */
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdatomic.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

#include "check.h"

#define GROUPS   64
#define CAPS     41
#define BIT(cap) (1ULL << (cap))

struct rights {
	uint32_t uid[4], gid[4];
	gid_t groups[GROUPS];
	int group_count;
	uint64_t permitted, effective, inheritable, ambient, bounding;
	int secure_bits, no_new_privileges, keeps;
};

static atomic_int set;
static int privileged;

static void ask(struct rights *rights)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[2];

	memset(rights, 0, sizeof(*rights));
	CHECK_CALL(getresuid(&rights->uid[0], &rights->uid[1], &rights->uid[2]));
	CHECK_CALL(getresgid(&rights->gid[0], &rights->gid[1], &rights->gid[2]));
	rights->uid[3] = (uint32_t)setfsuid((uid_t)-1);
	rights->gid[3] = (uint32_t)setfsgid((gid_t)-1);
	rights->group_count = (int)CHECK_CALL(getgroups(GROUPS, rights->groups));
	CHECK_CALL(syscall(SYS_capget, &header, sets));
	rights->permitted = sets[0].permitted | (uint64_t)sets[1].permitted << 32;
	rights->effective = sets[0].effective | (uint64_t)sets[1].effective << 32;
	rights->inheritable = sets[0].inheritable | (uint64_t)sets[1].inheritable << 32;
	for (int cap = 0; cap < CAPS; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			rights->bounding |= BIT(cap);
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1)
			rights->ambient |= BIT(cap);
	}
	rights->secure_bits = prctl(PR_GET_SECUREBITS);
	rights->no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	rights->keeps = prctl(PR_GET_KEEPCAPS);
}

static void compare(const struct rights *before, const struct rights *after)
{
	for (int i = 0; i < 4; i++) {
		CHECK_IS(after->uid[i], before->uid[i]);
		CHECK_IS(after->gid[i], before->gid[i]);
	}
	/* In a user namespace other groups than one have no name. */
	if (privileged) {
		CHECK_IS(after->group_count, before->group_count);
		CHECK(!memcmp(after->groups, before->groups, sizeof(before->groups)),
		      "the groups are different");
	}
	CHECK_IS(after->permitted, before->permitted);
	CHECK_IS(after->effective, before->effective);
	CHECK_IS(after->inheritable, before->inheritable);
	CHECK_IS(after->ambient, before->ambient);
	CHECK_IS(after->bounding, before->bounding);
	CHECK_IS(after->secure_bits, before->secure_bits);
	CHECK_IS(after->no_new_privileges, before->no_new_privileges);
	CHECK_IS(after->keeps, before->keeps);
}

static void set_capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[2] = {
		{ (uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};

	CHECK_CALL(syscall(SYS_capset, &header, sets));
}

/* Everything that the kernel keeps, each with a value of its own. */
static void become_special(void)
{
	struct rights now;

	ask(&now);
	CHECK_CALL(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
	CHECK_CALL(syscall(SYS_setgroups, 3, (gid_t[]){ 11, 12, 4711 }));
	CHECK_CALL(syscall(SYS_setresgid, 21, 0, 23));
	CHECK_CALL(syscall(SYS_setresuid, 65534, 0, 33));
	CHECK_CALL(syscall(SYS_setfsgid, 21));
	CHECK_CALL(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP));
	set_capabilities(now.permitted & ~BIT(CAP_SYS_TIME), BIT(CAP_DAC_OVERRIDE),
			 BIT(CAP_NET_RAW) | BIT(CAP_KILL));
	CHECK_CALL(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0));
}

static void *be_nobody(void *argument)
{
	struct rights before, after;

	if (privileged) {
		CHECK_CALL(syscall(SYS_setgroups, 0, NULL));
		CHECK_CALL(syscall(SYS_setresgid, 65534, 65534, 65534));
		CHECK_CALL(syscall(SYS_setresuid, 65534, 65534, 65534));
	} else {
		CHECK_CALL(prctl(PR_SET_KEEPCAPS, 1));
	}
	CHECK_CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	ask(&before);
	set++;
	check_wait();
	ask(&after);
	compare(&before, &after);
	/* It may see even less of the other threads than before, and not more. */
	CHECK(!privileged || open("/etc/shadow", O_RDONLY) < 0, "nobody reads /etc/shadow");
	return argument;
}

int main(void)
{
	struct rights before, after;
	pthread_t thread;

	privileged = !geteuid();
	thread = check_thread(be_nobody, NULL);
	while (!set)
		check_pause(1000);
	if (privileged)
		become_special();
	ask(&before);
	check_ready();
	check_wait();
	ask(&after);
	compare(&before, &after);
	CHECK_ZERO(pthread_join(thread, NULL));
	return check_passed();
}
