/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each signal does: handler, flags, mask and restorer, as the kernel has them. */
#include <signal.h>

#include "check.h"

/* As the kernel wants it; libc hides the restorer. */
struct action {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

static struct action before[65];
static volatile int seen;

static int is_libcs(int signal)
{
	return signal == 32 || signal == 33 || signal == SIGUSR2;
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	seen = signal;
}

static void set_all(void)
{
	static const int flags[] = { SA_RESTART, SA_NODEFER, SA_ONSTACK, 0, SA_NOCLDSTOP };

	for (int signal = 1; signal <= 64; signal++) {
		struct sigaction action;

		if (is_libcs(signal) || signal == SIGKILL || signal == SIGSTOP)
			continue;
		memset(&action, 0, sizeof(action));
		action.sa_flags = flags[signal % 5] | SA_SIGINFO;
		action.sa_sigaction = on_signal;
		for (int i = 0; i < 5; i++)
			sigaddset(&action.sa_mask, (signal * 7 + i * 11) % 30 + 34);
		if (signal % 6 == 1)
			action.sa_handler = signal % 12 == 1 ? SIG_IGN : SIG_DFL;
		CHECK_CALL(sigaction(signal, &action, NULL));
	}
}

static void ask_all(struct action actions[65])
{
	for (int signal = 1; signal <= 64; signal++)
		CHECK_CALL(syscall(SYS_rt_sigaction, signal, NULL, &actions[signal], 8));
}

static void compare(const struct action *after)
{
	for (int signal = 1; signal <= 64; signal++) {
		const struct action *one = &before[signal], *other = &after[signal];

		CHECK(one->handler == other->handler, "signal %d has another handler", signal);
		CHECK(one->flags == other->flags, "signal %d had the flags 0x%lx and has 0x%lx",
		      signal, one->flags, other->flags);
		CHECK(one->restorer == other->restorer, "signal %d has another restorer", signal);
		CHECK(one->mask == other->mask, "signal %d had the mask 0x%lx and has 0x%lx",
		      signal, (unsigned long)one->mask, (unsigned long)other->mask);
	}
}

int main(void)
{
	struct action after[65];
	int caught = 0;

	set_all();
	ask_all(before);
	check_ready();
	while (!check_told()) {
		ask_all(after);
		compare(after);
		check_pause(300);
	}
	ask_all(after);
	compare(after);
	for (int signal = 1; signal <= 64; signal++) {
		if (is_libcs(signal) || before[signal].handler != on_signal)
			continue;
		CHECK_CALL(raise(signal));
		CHECK_IS(seen, signal);
		caught++;
	}
	CHECK(caught > 40, "only %d signals were caught", caught);
	return check_passed();
}
