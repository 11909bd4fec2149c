/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A relative timeout ends when it should, however many ghosts are made meanwhile.
 *
 * "timeouts LENGTH WAY..." waits LENGTH milliseconds in each of the ways, in a thread
 * of its own if there are several, and prints how long it was. */
#include <linux/futex.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <threads.h>

#include "check.h"

static long length; /* milliseconds */

static struct timespec the_time(void)
{
	return (struct timespec){ length / 1000, length % 1000 * 1000000 };
}

static void expect(long result, long wanted, int error)
{
	int found = errno;

	CHECK_IS(result, wanted);
	if (wanted < 0)
		CHECK_IS(found, error);
}

static void way_nanosleep(void)
{
	struct timespec time = the_time();

	expect(nanosleep(&time, NULL), 0, 0);
}

static void way_nanosleep_rest(void)
{
	struct timespec time = the_time(), rest;

	expect(nanosleep(&time, &rest), 0, 0);
}

static void way_clock_nanosleep(void)
{
	struct timespec time = the_time();

	expect(clock_nanosleep(CLOCK_BOOTTIME, 0, &time, NULL), 0, 0);
}

static void way_usleep(void)
{
	expect(usleep((useconds_t)length * 1000), 0, 0);
}

static void way_sleep(void)
{
	expect(sleep((unsigned int)(length + 999) / 1000), 0, 0);
}

static void way_thrd_sleep(void)
{
	struct timespec time = the_time();

	expect(thrd_sleep(&time, NULL), 0, 0);
}

static void way_poll(void)
{
	expect(poll(NULL, 0, (int)length), 0, 0);
}

static void way_ppoll(void)
{
	struct timespec time = the_time();

	expect(ppoll(NULL, 0, &time, NULL), 0, 0);
}

static void way_select(void)
{
	struct timeval time = { length / 1000, length % 1000 * 1000 };

	expect(select(0, NULL, NULL, NULL, &time), 0, 0);
	CHECK_IS(time.tv_sec, 0); /* Linux writes what is left */
	CHECK_IS(time.tv_usec, 0);
}

static void way_pselect(void)
{
	struct timespec time = the_time();

	expect(pselect(0, NULL, NULL, NULL, &time, NULL), 0, 0);
}

static void way_sigtimedwait(void)
{
	struct timespec time = the_time();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &set, NULL));
	expect(sigtimedwait(&set, NULL, &time), -1, EAGAIN);
}

static void way_futex(void)
{
	struct timespec time = the_time();
	uint32_t word = 7;

	expect(syscall(SYS_futex, &word, FUTEX_WAIT, 7, &time, NULL, 0), -1, ETIMEDOUT);
}

static void way_raw_nanosleep(void)
{
	struct timespec time = the_time();

	expect(syscall(SYS_nanosleep, &time, NULL), 0, 0);
}

static void way_raw_poll(void)
{
	expect(syscall(SYS_poll, NULL, 0, (int)length), 0, 0);
}

static void way_raw_select(void)
{
	struct timeval time = { length / 1000, length % 1000 * 1000 };

	expect(syscall(SYS_select, 0, NULL, NULL, NULL, &time), 0, 0);
	CHECK_IS(time.tv_sec + time.tv_usec, 0);
}

/* Constant memory: the kernel cannot write there what is left. */
static void way_constant_select(void)
{
	struct timeval *time =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*time = (struct timeval){ length / 1000, length % 1000 * 1000 };
	CHECK_CALL(mprotect(time, 4096, PROT_READ));
	expect(syscall(SYS_select, 0, NULL, NULL, NULL, time), 0, 0);
}

static void way_condition(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	struct timespec time = the_time(), now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += time.tv_sec + (now.tv_nsec + time.tv_nsec) / 1000000000;
	now.tv_nsec = (now.tv_nsec + time.tv_nsec) % 1000000000;
	CHECK_ZERO(pthread_mutex_lock(&mutex));
	expect(pthread_cond_timedwait(&condition, &mutex, &now), ETIMEDOUT, 0);
}

static void way_epoll_wait(void)
{
	struct epoll_event event;

	expect(epoll_wait((int)CHECK_CALL(epoll_create1(0)), &event, 1, (int)length), 0, 0);
}

static void way_epoll_pwait(void)
{
	struct epoll_event event;
	sigset_t set;

	sigemptyset(&set);
	expect(epoll_pwait((int)CHECK_CALL(epoll_create1(0)), &event, 1, (int)length, &set), 0, 0);
}

static void way_epoll_pwait2(void)
{
	struct timespec time = the_time();
	struct epoll_event event;

	expect(epoll_pwait2((int)CHECK_CALL(epoll_create1(0)), &event, 1, &time, NULL), 0, 0);
}

static void limited_pair(int ends[2], int option)
{
	struct timeval time = { length / 1000, length % 1000 * 1000 };

	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	CHECK_CALL(setsockopt(ends[0], SOL_SOCKET, option, &time, sizeof(time)));
}

static void way_recv(void)
{
	int ends[2];
	char byte;

	limited_pair(ends, SO_RCVTIMEO);
	expect(recv(ends[0], &byte, 1, 0), -1, EAGAIN);
}

static void way_read(void)
{
	int ends[2];
	char byte;

	limited_pair(ends, SO_RCVTIMEO);
	expect(read(ends[0], &byte, 1), -1, EAGAIN);
}

static void way_send(void)
{
	static char data[4096];
	int ends[2];

	limited_pair(ends, SO_SNDTIMEO);
	while (send(ends[0], data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	expect(send(ends[0], data, sizeof(data), 0), -1, EAGAIN);
}

static void way_semtimedop(void)
{
	int set = (int)CHECK_CALL(semget(IPC_PRIVATE, 1, 0600));
	struct sembuf down = { .sem_op = -1 };
	struct timespec time = the_time();
	long result = semtimedop(set, &down, 1, &time);
	int error = errno;

	CHECK_CALL(semctl(set, 0, IPC_RMID));
	errno = error;
	expect(result, -1, EAGAIN);
}

static const struct {
	const char *name;
	void (*wait)(void);
} ways[] = {
	{ "nanosleep", way_nanosleep },
	{ "nanosleep_rest", way_nanosleep_rest },
	{ "clock_nanosleep", way_clock_nanosleep },
	{ "usleep", way_usleep },
	{ "sleep", way_sleep },
	{ "thrd_sleep", way_thrd_sleep },
	{ "poll", way_poll },
	{ "ppoll", way_ppoll },
	{ "select", way_select },
	{ "pselect", way_pselect },
	{ "sigtimedwait", way_sigtimedwait },
	{ "futex", way_futex },
	{ "raw_nanosleep", way_raw_nanosleep },
	{ "raw_poll", way_raw_poll },
	{ "raw_select", way_raw_select },
	{ "constant_select", way_constant_select },
	{ "condition", way_condition },
	{ "epoll_wait", way_epoll_wait },
	{ "epoll_pwait", way_epoll_pwait },
	{ "epoll_pwait2", way_epoll_pwait2 },
	{ "recv", way_recv },
	{ "read", way_read },
	{ "send", way_send },
	{ "semtimedop", way_semtimedop },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* Less than the time it cannot be; how much more is for the test to judge. */
static void *wait_in(void *argument)
{
	const char *name = argument;
	struct timespec before, after;
	long passed;

	for (size_t i = 0; i < WAYS; i++) {
		if (strcmp(ways[i].name, name))
			continue;
		clock_gettime(CLOCK_MONOTONIC, &before);
		ways[i].wait();
		clock_gettime(CLOCK_MONOTONIC, &after);
		passed = (after.tv_sec - before.tv_sec) * 1000 +
			 (after.tv_nsec - before.tv_nsec) / 1000000;
		CHECK(passed >= length - 1, "%s: only %ld ms", name, passed);
		return NULL;
	}
	check_wrong(__FILE__, __LINE__, "%s: no such way", name);
}

int main(int count, char **arguments)
{
	pthread_t threads[WAYS];

	CHECK(count > 2 && count <= (int)WAYS + 2, "timeouts LENGTH WAY...");
	length = atol(arguments[1]);
	check_ready();
	if (count == 3) {
		wait_in(arguments[2]);
		return check_passed();
	}
	for (int i = 2; i < count; i++)
		threads[i - 2] = check_thread(wait_in, arguments[i]);
	for (int i = 2; i < count; i++)
		CHECK_ZERO(pthread_join(threads[i - 2], NULL));
	return check_passed();
}
