/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* epoll: data, edges, one-shot and spent ones, nested ones, targets under numbers that are closed by now. */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "check.h"

#define MANY 200 /* registrations of one file */
#define HIGH 900 /* far above all that is open */

static int waits_forever, waits_long, wakes;
static volatile unsigned long woken;

static void add(int epoll, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = { .events = events, .data.u64 = data };

	CHECK_CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

/* What is ready now, as bits of the low half of its data. */
static uint64_t ready(int epoll)
{
	struct epoll_event events[16];
	int count = (int)CHECK_CALL(epoll_wait(epoll, events, 16, 0));
	uint64_t found = 0;

	for (int i = 0; i < count; i++) {
		CHECK_IS(events[i].data.u64 >> 32, 0xfeedface);
		found |= 1ULL << (uint32_t)events[i].data.u64;
	}
	return found;
}

#define DATA(bit) (0xfeedface00000000 | (bit))
#define BIT(bit)  (1ULL << (bit))

static int event(uint64_t count)
{
	return (int)CHECK_CALL(eventfd((unsigned int)count, EFD_NONBLOCK));
}

static void bump(int fd)
{
	uint64_t one = 1;

	CHECK_IS(write(fd, &one, 8), 8);
}

static void *wait_forever(void *argument)
{
	struct epoll_event event;
	uint64_t count;

	for (;;) {
		CHECK_IS(epoll_wait(waits_forever, &event, 1, -1), 1);
		CHECK_IS(event.data.u64, 4711);
		CHECK_IS(read(wakes, &count, 8), 8);
		woken += count;
	}
	return argument;
}

static void *wait_long(void *argument)
{
	struct epoll_event event;

	CHECK_IS(epoll_pwait(waits_long, &event, 1, 600000, NULL), 1);
	CHECK_IS(event.data.u64, 4712);
	return argument;
}

/* Readiness as it is, once, and until asked again. */
struct plain {
	int epoll, level, edge, once, spent, empty_ends[2], spent_full, both;
};

static void make_plain(struct plain *plain)
{
	plain->epoll = (int)CHECK_CALL(epoll_create1(EPOLL_CLOEXEC));
	plain->level = event(0);
	plain->edge = event(1);
	plain->once = event(0);
	plain->spent = event(1);
	plain->spent_full = event(0);
	plain->both = event(0);
	CHECK_CALL(pipe(plain->empty_ends));
	add(plain->epoll, plain->level, EPOLLIN, DATA(0));
	add(plain->epoll, plain->edge, EPOLLIN | EPOLLET, DATA(1));
	add(plain->epoll, plain->once, EPOLLIN | EPOLLONESHOT, DATA(2));
	add(plain->epoll, plain->spent, EPOLLIN | EPOLLONESHOT, DATA(3));
	add(plain->epoll, plain->empty_ends[0], EPOLLOUT | EPOLLIN | EPOLLONESHOT, DATA(4));
	add(plain->epoll, plain->both, EPOLLIN | EPOLLEXCLUSIVE, DATA(5));
	CHECK_IS(write(plain->empty_ends[1], "x", 1), 1);
	CHECK_IS(ready(plain->epoll), BIT(1) | BIT(3) | BIT(4));
	CHECK_IS(read(plain->empty_ends[0], &(char){ 0 }, 1), 1);
	CHECK_IS(ready(plain->epoll), 0);
}

static void check_plain(const struct plain *plain)
{
	struct epoll_event again = { .events = EPOLLIN | EPOLLONESHOT, .data.u64 = DATA(6) };
	uint64_t found = ready(plain->epoll);

	/* An edge that was there may be told twice, never not at all. */
	CHECK(!(found & ~BIT(1)), "%#lx are ready", (long)found);
	CHECK_CALL(close(plain->empty_ends[1]));
	CHECK_IS(ready(plain->epoll), 0);
	bump(plain->level);
	bump(plain->edge);
	bump(plain->once);
	bump(plain->spent);
	bump(plain->both);
	CHECK_IS(ready(plain->epoll), BIT(0) | BIT(1) | BIT(2) | BIT(5));
	CHECK_IS(ready(plain->epoll), BIT(0) | BIT(5));
	CHECK_CALL(epoll_ctl(plain->epoll, EPOLL_CTL_MOD, plain->spent, &again));
	CHECK_IS(ready(plain->epoll), BIT(0) | BIT(5) | BIT(6));
	CHECK_IS(ready(plain->epoll), BIT(0) | BIT(5));
	CHECK_CALL(epoll_ctl(plain->epoll, EPOLL_CTL_DEL, plain->both, NULL));
	CHECK_IS(fcntl(plain->epoll, F_GETFD), FD_CLOEXEC);
	add(plain->epoll, plain->both, EPOLLIN, DATA(7));
	CHECK_IS(ready(plain->epoll), BIT(0) | BIT(7));
}

/* Registered under numbers that are closed, or another file's, or higher than any. */
struct numbers {
	int epoll, file, closed, reused, high;
};

static void make_numbers(struct numbers *numbers)
{
	int twin;

	numbers->epoll = (int)CHECK_CALL(epoll_create1(0));
	numbers->file = event(0);
	numbers->closed = (int)CHECK_CALL(dup2(numbers->file, HIGH));
	numbers->reused = (int)CHECK_CALL(dup(numbers->file));
	numbers->high = (int)CHECK_CALL(dup2(numbers->file, HIGH + 9));
	add(numbers->epoll, numbers->file, EPOLLIN, DATA(0));
	add(numbers->epoll, numbers->closed, EPOLLIN, DATA(1));
	add(numbers->epoll, numbers->reused, EPOLLIN, DATA(2));
	add(numbers->epoll, numbers->high, EPOLLIN, DATA(3));
	CHECK_CALL(close(numbers->closed));
	CHECK_CALL(close(numbers->high));
	twin = event(0);
	CHECK_CALL(dup2(twin, numbers->reused));
	CHECK_CALL(close(twin));
	add(numbers->epoll, numbers->reused, EPOLLIN, DATA(4));
	CHECK_IS(ready(numbers->epoll), 0);
}

static void check_numbers(const struct numbers *numbers)
{
	CHECK_IS(fcntl(numbers->closed, F_GETFD), -1);
	CHECK_IS(fcntl(numbers->high, F_GETFD), -1);
	CHECK_IS(ready(numbers->epoll), 0);
	bump(numbers->file);
	CHECK_IS(ready(numbers->epoll), BIT(0) | BIT(1) | BIT(2) | BIT(3));
	bump(numbers->reused);
	CHECK_IS(ready(numbers->epoll), BIT(0) | BIT(1) | BIT(2) | BIT(3) | BIT(4));
	CHECK_CALL(epoll_ctl(numbers->epoll, EPOLL_CTL_DEL, numbers->reused, NULL));
	CHECK_IS(ready(numbers->epoll), BIT(0) | BIT(1) | BIT(2) | BIT(3));
	CHECK_CALL(dup2(numbers->file, numbers->closed));
	CHECK_CALL(epoll_ctl(numbers->epoll, EPOLL_CTL_DEL, numbers->closed, NULL));
	CHECK_IS(ready(numbers->epoll), BIT(0) | BIT(2) | BIT(3));
}

int main(void)
{
	int outer = (int)CHECK_CALL(epoll_create1(0)), inner = (int)CHECK_CALL(epoll_create1(0));
	int many = (int)CHECK_CALL(epoll_create1(0)), deep = event(0), shared = dup(inner);
	struct epoll_event found[MANY];
	struct numbers numbers;
	struct plain plain;
	pthread_t thread;

	add(outer, inner, EPOLLIN, DATA(1));
	add(inner, deep, EPOLLIN, DATA(2));
	make_plain(&plain);
	make_numbers(&numbers);
	wakes = event(0);
	for (int i = 0; i < MANY; i++)
		add(many, (int)CHECK_CALL(dup(deep)), EPOLLIN, (uint64_t)i);
	waits_forever = (int)CHECK_CALL(epoll_create1(0));
	waits_long = (int)CHECK_CALL(epoll_create1(0));
	add(waits_forever, wakes, EPOLLIN, 4711);
	add(waits_long, outer, EPOLLIN, 4712);
	check_thread(wait_forever, NULL);
	thread = check_thread(wait_long, NULL);
	check_ready();
	while (!check_told()) {
		bump(wakes);
		check_pause(500);
	}
	woken = 0;
	bump(wakes);
	for (int i = 0; !woken; i++) {
		CHECK(i < 3000, "epoll_wait() does not wake");
		check_pause(1000);
	}
	check_plain(&plain);
	check_numbers(&numbers);
	CHECK_IS(ready(outer), 0);
	bump(deep);
	CHECK_IS(ready(outer), BIT(1));
	CHECK_IS(ready(shared), BIT(2));
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK_IS(epoll_wait(many, found, MANY, 0), MANY);
	return check_passed();
}
