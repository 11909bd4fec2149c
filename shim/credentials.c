/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who a thread is to the kernel, and what it may do. */
#include "credentials.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>

#include "../ghost/sys.h"

#define BIT(number) (1ULL << (number))
#define UNCHANGED   0xffffffffU /* as an id: asks and does not set */

static long control(int option, unsigned long one, unsigned long two)
{
	return sys_call6(SYS_prctl, option, sys_arg(one), sys_arg(two), 0, 0, 0);
}

static void ask_capabilities(struct credentials *credentials)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[2];

	memset(set, 0, sizeof(set));
	sys_call2(SYS_capget, &header, set);
	credentials->permitted = set[0].permitted | (uint64_t)set[1].permitted << 32;
	credentials->effective = set[0].effective | (uint64_t)set[1].effective << 32;
	credentials->inheritable = set[0].inheritable | (uint64_t)set[1].inheritable << 32;
}

/* Of permitted, effective and inheritable ones.  Those that are wanted and not
 * there would make the whole call fail. */
static void set_capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[2] = {
		{ (uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32),
		  (uint32_t)(inheritable >> 32) },
	};

	sys_call2(SYS_capset, &header, set);
}

static void ask_sets(struct credentials *credentials)
{
	uint64_t may_be_ambient = credentials->permitted & credentials->inheritable;
	long answer;

	credentials->bounding = credentials->ambient = 0;
	for (unsigned int i = 0; (answer = control(PR_CAPBSET_READ, i, 0)) >= 0; i++)
		credentials->bounding |= answer ? BIT(i) : 0;
	for (unsigned int i = 0; i < 64; i++)
		if (may_be_ambient & BIT(i) &&
		    control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i) == 1)
			credentials->ambient |= BIT(i);
}

static void ask_ids(struct credentials *credentials)
{
	uint32_t *uid = credentials->uid, *gid = credentials->gid;
	long count;

	sys_call3(SYS_getresuid, &uid[0], &uid[1], &uid[2]);
	sys_call3(SYS_getresgid, &gid[0], &gid[1], &gid[2]);
	uid[3] = (uint32_t)sys_call1(SYS_setfsuid, UNCHANGED);
	gid[3] = (uint32_t)sys_call1(SYS_setfsgid, UNCHANGED);
	count = sys_call2(SYS_getgroups, CREDENTIALS_GROUPS, credentials->groups);
	credentials->group_count = count < 0 ? -1 : (int32_t)count;
}

void credentials_capture(struct credentials *credentials)
{
	long bits = control(PR_GET_SECUREBITS, 0, 0);

	credentials->known = 1;
	ask_ids(credentials);
	ask_capabilities(credentials);
	ask_sets(credentials);
	credentials->secure_bits = bits < 0 ? 0 : (uint32_t)bits;
	credentials->no_new_privileges = control(PR_GET_NO_NEW_PRIVS, 0, 0) == 1;
}

/* What is the same already is left alone: many a place forbids even that. */
static int set_ids(const struct credentials *wanted, const struct credentials *here)
{
	const uint32_t *uid = wanted->uid, *gid = wanted->gid;
	int error = 0;

	if (wanted->group_count >= 0 &&
	    (wanted->group_count != here->group_count ||
	     memcmp(wanted->groups, here->groups,
		    (size_t)wanted->group_count * sizeof(wanted->groups[0]))))
		sys_call2(SYS_setgroups, wanted->group_count, wanted->groups);
	if (memcmp(gid, here->gid, sizeof(wanted->gid)))
		error = (int)sys_call3(SYS_setresgid, gid[0], gid[1], gid[2]);
	sys_call1(SYS_setfsgid, gid[3]);
	if (!error && memcmp(uid, here->uid, sizeof(wanted->uid)))
		error = (int)sys_call3(SYS_setresuid, uid[0], uid[1], uid[2]);
	sys_call1(SYS_setfsuid, uid[3]);
	return error;
}

static void lower_bounding(uint64_t surplus)
{
	for (unsigned int i = 0; i < 64; i++)
		if (surplus & BIT(i))
			control(PR_CAPBSET_DROP, i, 0);
}

static void set_ambient(uint64_t ambient)
{
	control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
	for (unsigned int i = 0; i < 64; i++)
		if (ambient & BIT(i))
			control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i);
}

/* Each step needs capabilities that a later one takes away.  With another user
 * the kernel takes all of them, but for the secure bit that forbids it. */
int credentials_revive(const struct credentials *wanted, int unprivileged)
{
	struct credentials here;
	uint64_t keep;
	int error;

	if (!wanted->known)
		return 0;
	credentials_capture(&here);
	lower_bounding(here.bounding & ~wanted->bounding);
	control(PR_SET_SECUREBITS, here.secure_bits | SECBIT_NO_SETUID_FIXUP, 0);
	error = set_ids(wanted, &here);
	ask_capabilities(&here);
	keep = unprivileged ? 0 : here.permitted & wanted->permitted;
	set_capabilities(here.permitted, here.effective, unprivileged ? 0 : wanted->inheritable);
	/* Where capabilities are missing, those that may not be passed on stay so. */
	ask_capabilities(&here);
	set_ambient(wanted->ambient & keep);
	if (control(PR_SET_SECUREBITS, wanted->secure_bits, 0) &&
	    wanted->secure_bits & SECBIT_KEEP_CAPS)
		control(PR_SET_KEEPCAPS, 1, 0);
	set_capabilities(keep, keep & wanted->effective, here.inheritable);
	if (wanted->no_new_privileges)
		control(PR_SET_NO_NEW_PRIVS, 1, 0);
	return error;
}
