# SPDX-License-Identifier: LGPL-2.1-or-later
# The calls of libc that libkrgghost.so wraps; linked by shim/local.mk.

wrapper_sources = \
	wrappers/awaits.c \
	wrappers/filters.c \
	wrappers/forks.c \
	wrappers/memory.c \
	wrappers/old_signals.c \
	wrappers/real.c \
	wrappers/signals.c \
	wrappers/sleeps.c \
	wrappers/sockets.c \
	wrappers/syscall-x86_64.S \
	wrappers/syscall.c \
	wrappers/timers.c \
	wrappers/usage.c
