/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* File locks of all three kinds are held again, as another process sees it. */
#include <sys/file.h>
#include <sys/wait.h>

#include "check.h"

static struct flock range(short type, off_t start, off_t length)
{
	struct flock lock = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length
	};

	return lock;
}

/* In a process of its own: what is in the way of this lock, and whose is it? */
static void expect_other(off_t start, short type, pid_t owner)
{
	struct flock lock = range(F_WRLCK, start, 1);
	int file = (int)CHECK_CALL(open("locked", O_RDWR));

	CHECK_CALL(fcntl(file, F_GETLK, &lock));
	CHECK(lock.l_type == type, "at %ld there is lock %d, not %d", (long)start, lock.l_type,
	      type);
	if (type != F_UNLCK)
		CHECK_IS(lock.l_pid, owner);
	close(file);
}

static void look_from_outside(pid_t owner)
{
	int file;

	expect_other(0, F_WRLCK, owner);
	expect_other(9, F_WRLCK, owner);
	expect_other(10, F_UNLCK, 0);
	expect_other(25, F_RDLCK, owner);
	expect_other(105, F_WRLCK, -1); /* of an open file description */
	expect_other(115, F_RDLCK, -1);
	expect_other(200, F_UNLCK, 0);
	expect_other(1L << 40, F_RDLCK, owner);
	file = (int)CHECK_CALL(open("whole", O_RDWR));
	CHECK_IS(flock(file, LOCK_SH | LOCK_NB), -1);
	CHECK_IS(errno, EWOULDBLOCK);
	file = (int)CHECK_CALL(open("whole-shared", O_RDWR));
	CHECK_IS(flock(file, LOCK_EX | LOCK_NB), -1);
	CHECK_CALL(flock(file, LOCK_SH | LOCK_NB));
}

static void verify(void)
{
	pid_t owner = getpid(), child = (pid_t)CHECK_CALL(fork());
	int status;

	if (!child) {
		look_from_outside(owner);
		_exit(0);
	}
	CHECK_CALL(waitpid(child, &status, 0));
	CHECK_IS(status, 0);
}

int main(void)
{
	struct flock locks[] = { range(F_WRLCK, 0, 10), range(F_RDLCK, 20, 10),
				 range(F_RDLCK, 1000, 0) };
	struct flock owned[] = { range(F_WRLCK, 100, 10), range(F_RDLCK, 110, 10) };
	int file = (int)CHECK_CALL(open("locked", O_CREAT | O_RDWR, 0600));
	int other = (int)CHECK_CALL(open("locked", O_RDWR));
	int whole = (int)CHECK_CALL(open("whole", O_CREAT | O_RDWR, 0600));
	int shared = (int)CHECK_CALL(open("whole-shared", O_CREAT | O_RDWR, 0600));

	for (int i = 0; i < 3; i++)
		CHECK_CALL(fcntl(file, F_SETLK, &locks[i]));
	for (int i = 0; i < 2; i++)
		CHECK_CALL(fcntl(other, F_OFD_SETLK, &owned[i]));
	CHECK_CALL(flock(whole, LOCK_EX));
	CHECK_CALL(flock(shared, LOCK_SH));
	verify();
	check_ready();
	check_wait();
	verify();
	/* They can be given up as if nothing had been. */
	owned[0].l_type = F_UNLCK;
	CHECK_CALL(fcntl(other, F_OFD_SETLK, &owned[0]));
	CHECK_CALL(fcntl(file, F_SETLK,
			 &(struct flock){ .l_type = F_WRLCK, .l_start = 100, .l_len = 10 }));
	CHECK_CALL(flock(whole, LOCK_UN));
	CHECK_CALL(flock((int)CHECK_CALL(open("whole", O_RDWR)), LOCK_EX | LOCK_NB));
	return check_passed();
}
