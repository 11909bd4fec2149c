/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that our signal interrupted run again, and the program never knows. */
#include "replay.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../ghost/sys.h"
#include "anchor.h"
#include "gate.h"
#include "quiesce.h"
#include "registers.h"
#include "signal.h"
#include "timeout.h"

_Static_assert(offsetof(struct again, rbx) == 48 && offsetof(struct again, stack) == 56 &&
	       offsetof(struct again, pc) == 64 && offsetof(struct again, used) == 72 &&
	       offsetof(struct again, arguments) == 80 && offsetof(struct again, nr) == 128 &&
	       offsetof(struct again, result) == 136, "again-x86_64.S reads and writes there");

/* restart_syscall(2): the kernel's own continuation of a call that a stop
 * signal interrupted.  It cannot be asked for twice. */
#define NR_RESTART SYS_restart_syscall

#define SYSCALL_FUNCTION_SIZE 64	/* more than libc's syscall(2) is long */

/* Whether the thread was seen to sleep in a call whose instruction ends at `pc`. */
static int sampled(const ucontext_t *frame, const struct stop_entry *sample, uint64_t pc)
{
	return sample && sample->nr >= 0 && sample->nr != NR_RESTART &&
	       sample->program_counter == pc && sample->stack_pointer == registers_sp(frame);
}

/* Which call this was: what somebody saw from outside, what a wrapper noted, or
 * what the code before the instruction says.  -1 when nothing is certain. */
static int64_t call_number(const ucontext_t *frame, const struct stop_entry *sample)
{
	int64_t decoded = registers_decode_call(frame);

	if (sampled(frame, sample, registers_pc(frame)))
		return sample->nr;
	if (registers_pc(frame) - anchor.syscall_function < SYSCALL_FUNCTION_SIZE)
		return self.call;
	return decoded;
}

/* Calls that the kernel sets back by itself, or could.  Of a thread that nobody
 * saw asleep this tells a call that is made again from one that is not made yet:
 * only the former may end with EINTR. */
static int may_sleep(int64_t nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_readv:
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
	case SYS_accept:
	case SYS_accept4:
	case SYS_connect:
	case SYS_futex:
	case SYS_futex_waitv:
	case SYS_wait4:
	case SYS_waitid:
	case SYS_open:
	case SYS_openat:
	case SYS_flock:
	case SYS_fcntl:
	case SYS_ioctl:
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
	case SYS_getrandom:
	case SYS_sendfile:
	case SYS_splice:
	case SYS_tee:
	case SYS_vmsplice:
		return 1;
	default:
		return 0;
	}
}

/* --- records of calls that are made again otherwise ------------------------- */

static struct again *take_record(void)
{
	struct again *oldest = &self.again[0];
	uint64_t last = 0;

	for (int i = 0; i < SELF_AGAIN; i++) {
		if (self.again[i].used < oldest->used)
			oldest = &self.again[i];
		if (self.again[i].used > last)
			last = self.again[i].used;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->used = last + 1;
	return oldest;
}

/* Diverts the frame where the call cannot be made again as it was; else 0. */
static int divert_timed(ucontext_t *frame, int64_t nr)
{
	struct again *again = take_record();

	again->program_nr = nr;
	again->stack = registers_sp(frame);
	registers_arguments(frame, again->registers);
	if (!timeout_prepare(again) && !timeout_prepare_socket(again)) {
		again->used = 0;
		return 0;
	}
	registers_divert(frame, again);
	return 1;
}

/* Pipes, sockets and terminals move less than they were asked for only if there
 * is a signal or an error; files also where a disk or a limit ends. */
static int is_stream(int fd)
{
	struct termios2 modes;
	struct stat stat;

	if (sys_call2(SYS_fstat, fd, &stat))
		return 0;
	return S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode) ||
	       (S_ISCHR(stat.st_mode) && !sys_ioctl(fd, TCGETS2, &modes));
}

static int is_socket(int fd)
{
	struct stat stat;

	return !sys_call2(SYS_fstat, fd, &stat) && S_ISSOCK(stat.st_mode);
}

/* Whether a call that moved something would have gone on but for a signal. */
static int would_go_on(int64_t nr, const uint64_t arguments[6])
{
	const struct msghdr *message = (const void *)(uintptr_t)arguments[1];
	int fd = (int)arguments[0];

	switch (nr) {
	case SYS_getrandom:
		return 1;
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
		return is_stream(fd);
	case SYS_sendfile:
		return is_socket(fd);	/* into a pipe it moves what fits, and no more */
	case SYS_recvfrom:
		return (arguments[3] & MSG_WAITALL) != 0;
	case SYS_recvmsg:
		/* Descriptors end a message of a unix socket, too. */
		return (arguments[2] & MSG_WAITALL) != 0 && !message->msg_controllen;
	case SYS_recvmmsg:
		return !(arguments[3] & (MSG_WAITFORONE | MSG_DONTWAIT)) && !arguments[4];
	default:
		return 0;
	}
}

/* The rest is asked for; if the call had ended by itself, that ends at once. */
static void divert_transfer(ucontext_t *frame, int64_t nr, int64_t moved)
{
	uint64_t arguments[6];
	struct again *again;

	registers_arguments(frame, arguments);
	if (!would_go_on(nr, arguments))
		return;
	again = take_record();
	again->program_nr = nr;
	again->kind = AGAIN_TRANSFER;
	again->done = (uint64_t)moved;
	memcpy(again->registers, arguments, sizeof(arguments));
	if (!again_piece(again)) {
		again->used = 0;
		return;
	}
	registers_divert(frame, again);
	self.replayed = again->nr;
}

/* The thread was in a call that is made again already. */
static void prepare_again(ucontext_t *frame, struct again *again)
{
	int64_t result = registers_result(frame);
	int behind = registers_pc(frame) == (uint64_t)(uintptr_t)again_called;

	if (behind && result == -EINTR)
		registers_rewind(frame, again->nr);
	if (!behind || result == -EINTR || result > 0)
		self.replayed = again->nr;
}

/* Every one of them: a handler of the program may be running on top of others. */
static void stop_clocks(void)
{
	if (self.began.time)
		self.age = timeout_now(self.began.clock) - self.began.time;
	for (int i = 0; i < SELF_AGAIN; i++)
		if (self.again[i].used && self.again[i].deadline)
			timeout_stop(&self.again[i]);
}

void replay_revive(void)
{
	if (self.began.time)
		self.began.time = timeout_now(self.began.clock) - self.age;
	for (int i = 0; i < SELF_AGAIN; i++)
		if (self.again[i].used && self.again[i].deadline)
			timeout_revive(&self.again[i]);
}

/* --- the two moments --------------------------------------------------------- */

static void prepare_behind(ucontext_t *frame, const struct stop_entry *sample)
{
	int64_t result = registers_result(frame), nr;

	if ((result != -EINTR && result <= 0) || !registers_behind_syscall(frame))
		return;
	nr = call_number(frame, sample);
	if (nr < 0)
		return;
	if (result > 0) {
		divert_transfer(frame, nr, result);
		return;
	}
	if (!divert_timed(frame, nr))
		registers_rewind(frame, nr);
	self.replayed = nr;
}

void replay_prepare(ucontext_t *frame, const struct stop_entry *sample)
{
	struct again *again = registers_record(frame);
	int64_t nr = registers_result(frame);

	self.replayed = -1;
	if (again)
		prepare_again(frame, again);
	else if (registers_before_syscall(frame) &&
		 (sample ? sampled(frame, sample, registers_behind(frame)) : may_sleep(nr)))
		self.replayed = nr;	/* set back by the kernel */
	else
		prepare_behind(frame, sample);
	stop_clocks();
}

/* Calls that end with EINTR after any handler, whatever SA_RESTART says
 * (signal(7), "Interruption of system calls"); measured ones included. */
static int never_restarts(int64_t nr, const uint64_t arguments[6])
{
	switch (nr) {
	case SYS_futex:
		return arguments[3] && (arguments[1] & FUTEX_CMD_MASK) != FUTEX_LOCK_PI;
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_poll:
	case SYS_ppoll:
	case SYS_select:
	case SYS_pselect6:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_msgrcv:
	case SYS_msgsnd:
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_io_getevents:
	case SYS_io_pgetevents:
	case SYS_rt_sigtimedwait:
	case SYS_rt_sigsuspend:
	case SYS_pause:
	case SYS_io_uring_enter:
		return 1;
	default:
		return 0;
	}
}

static int handled(int signal, int *restarts)
{
	struct sys_sigaction action;

	if (sys_sigaction(signal, NULL, &action))
		return 0;
	*restarts = (action.flags & SA_RESTART) != 0;
	return action.handler > (uint64_t)(uintptr_t)SIG_IGN;
}

/* A signal of the program's own waits that would have interrupted the call. */
static int must_yield(const ucontext_t *frame)
{
	sys_sigset_t pending = 0, mask;
	uint64_t arguments[6];

	registers_arguments(frame, arguments);
	memcpy(&mask, &frame->uc_sigmask, sizeof(mask));
	sys_call2(SYS_rt_sigpending, &pending, sizeof(pending));
	pending &= ~mask & ~SYS_SIGBIT(anchor.settings.signal) & ~SYS_SIGBIT(SIGNAL_STOP);
	for (; pending; pending &= pending - 1) {
		int restarts;

		if (handled(__builtin_ctzll(pending) + 1, &restarts) &&
		    (!restarts || never_restarts(self.replayed, arguments)))
			return 1;
	}
	return 0;
}

void replay_go_on(ucontext_t *frame)
{
	struct again *again = registers_record(frame);
	int behind = registers_pc(frame) == (uint64_t)(uintptr_t)again_called;

	if (self.replayed < 0)
		return;
	if (behind)
		again->cut = !must_yield(frame);
	else if (must_yield(frame))
		registers_forward(frame, -EINTR);
	else if (again && again->deadline)
		timeout_go_on(again);
}

void replay_interrupt(ucontext_t *frame, int restarts)
{
	if (!restarts && registers_before_syscall(frame) && may_sleep(registers_result(frame)))
		registers_forward(frame, -EINTR);
}
