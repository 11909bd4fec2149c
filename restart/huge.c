/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filling plain memory with huge pages, and leaving no advice behind. */
#include "huge.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../ghost/sys.h"

/* include/uapi/linux/userfaultfd.h; Debian 12's headers are older. */
struct move {
	uint64_t to, from, size, mode;
	int64_t moved;
};

#define MOVE _IOWR(UFFDIO, 0x05, struct move)
#define FEATURE_MOVE (1ULL << 16)
#define USER_MODE_ONLY 1	/* what an unprivileged user may have */

/* "always [madvise] never" */
static int forbidden(void)
{
	char line[64];
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
	int never = !file || !fgets(line, sizeof(line), file) || strstr(line, "[never]");

	if (file)
		fclose(file);
	return never;
}

void huge_open(struct huge *huge)
{
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURE_MOVE };

	huge->file = -1;
	if (forbidden())
		return;
	huge->file = (int)sys_call1(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	if (huge->file < 0)
		return;
	if (sys_ioctl(huge->file, UFFDIO_API, &api))
		huge_close(huge);
}

/* Watching for write-protection, which is never set, is the mode in which no
 * fault ever waits for us. */
int huge_take_part(struct huge *huge, uint64_t start, uint64_t size)
{
	struct uffdio_register part = {
		.range = { .start = start, .len = size },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	return huge->file < 0 ? -1 : sys_ioctl(huge->file, UFFDIO_REGISTER, &part);
}

void *huge_staging(void)
{
	char *place = sys_mmap(NULL, 2 * HUGE_SIZE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uintptr_t aligned = ((uintptr_t)place + HUGE_SIZE - 1) & ~(uintptr_t)(HUGE_SIZE - 1);

	if (sys_failed(place))
		return NULL;
	sys_call3(SYS_madvise, aligned, HUGE_SIZE, MADV_HUGEPAGE);
	return (void *)aligned;
}

void huge_move(const struct huge *huge, void *staging, void *to)
{
	struct move move = {
		.to = (uint64_t)(uintptr_t)to,
		.from = (uint64_t)(uintptr_t)staging,
		.size = HUGE_SIZE,
	};

	if (sys_ioctl(huge->file, MOVE, &move))
		memcpy(to, staging, HUGE_SIZE);
}

void huge_close(struct huge *huge)
{
	if (huge->file >= 0)
		close(huge->file);
	huge->file = -1;
}
