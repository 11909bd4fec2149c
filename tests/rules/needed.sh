#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# shim/needed.def has every system call of a checkpoint: a seccomp filter is judged by that list.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"

# Not made during a checkpoint: what only a restart does, what only wrappers do, and
# numbers that are talked about because the program made such a call.
elsewhere='
restart		bind chmod epoll_create1 epoll_ctl fchown listen memfd_create pidfd_open shutdown
restart		signalfd4 socketpair timerfd_create timerfd_settime unlink
restart		capset eventfd2 ioprio_set seccomp
restart		sched_setaffinity sched_setattr set_robust_list set_tid_address setgroups
restart		setitimer setresgid setresuid timer_create timer_delete timer_settime
wrappers	mprotect mremap
program		accept accept4 clock_nanosleep connect epoll_pwait epoll_wait futex_waitv getrandom
program		io_getevents io_pgetevents io_uring_enter
program		mq_timedreceive mq_timedsend msgrcv msgsnd nanosleep open pause readv recvfrom
program		recvmmsg restart_syscall rt_sigsuspend select semop semtimedop sendfile
program		sendmmsg sendmsg sendto splice vmsplice writev
'

sources ghost shim | grep -v '^ghost/image\.c$' >"$folder/sources"
echo ghost/sys.h >>"$folder/sources"
xargs grep -oh 'SYS_[a-z][a-z0-9_]*' <"$folder/sources" | sed 's/^SYS_//' | sort -u >"$folder/used"
{
	sed -n 's/^\(NEEDED\|WISHED\)(\([a-z0-9_]*\),.*/\2/p' shim/needed.def
	echo "$elsewhere" | awk '{ for (i = 2; i <= NF; i++) print $i }'
} | sort -u >"$folder/listed"

comm -23 "$folder/used" "$folder/listed" >"$folder/names"
while read -r name; do
	wrong "$name is called, and shim/needed.def does not have it"
done <"$folder/names"
# Written as numbers, in assembly, or by libc's name in ours.
comm -13 "$folder/used" "$folder/listed" | grep -vx 'clone\|rt_sigreturn' >"$folder/names"
while read -r name; do
	wrong "$name is listed, and nobody calls it"
done <"$folder/names"

[ "$(wc -l <"$folder/used")" -gt 80 ] || wrong "too few calls were found"
finish
