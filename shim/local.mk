# SPDX-License-Identifier: LGPL-2.1-or-later
# libkrgghost.so, the part of krgghost inside the program; wrappers/ adds its files.

lib_LTLIBRARIES += libkrgghost.la

shim_sources = \
	shim/again-x86_64.S \
	shim/anchor.c \
	shim/checkpoint.c \
	shim/describe.c \
	shim/descriptors.c \
	shim/embed.c \
	shim/identity.c \
	shim/inherited.c \
	shim/interval.c \
	shim/keep.c \
	shim/limit.c \
	shim/locks.c \
	shim/maps.c \
	shim/orphans.c \
	shim/pages.c \
	shim/phases.c \
	shim/place.c \
	shim/post.c \
	shim/proc.c \
	shim/pending.c \
	shim/process.c \
	shim/quiesce.c \
	shim/refuse.c \
	shim/regions.c \
	shim/registrations.c \
	shim/registers-x86_64.c \
	shim/replay.c \
	shim/report.c \
	shim/resident.c \
	shim/scratch.c \
	shim/scribe.c \
	shim/settings.c \
	shim/signal.c \
	shim/slot.c \
	shim/sockets.c \
	shim/survey.c \
	shim/switch-x86_64.S \
	shim/thread.c \
	shim/timeout.c \
	shim/timers.c \
	shim/unblock.c

# What runs outside of checkpoints too: no test makes its system calls fail.
plain_sources = \
	shim/attributes.c \
	shim/bpf.c \
	shim/confine.c \
	shim/credentials.c \
	shim/filters.c \
	shim/frames-x86_64.c \
	shim/held.c \
	shim/gate.c \
	shim/init.c \
	shim/lazy.c \
	shim/outside-x86_64.c \
	shim/processor-x86_64.c \
	shim/resume.c \
	shim/usage.c

libkrgghost_la_SOURCES = $(plain_sources) $(wrapper_sources)
libkrgghost_la_CFLAGS = $(quiet_cflags)
libkrgghost_la_LIBADD = shim/libcheckpoint.la shim/libstring.la shim/libagain.la ghost/libghost.la -ldl

noinst_LTLIBRARIES += shim/libcheckpoint.la
shim_libcheckpoint_la_SOURCES = $(shim_sources)
shim_libcheckpoint_la_CFLAGS = $(quiet_cflags) -DSYS_INJECTED

# Loops must stay loops here: a compiler likes to make a call of memcpy() of one.
noinst_LTLIBRARIES += shim/libstring.la
shim_libstring_la_SOURCES = shim/string.c
shim_libstring_la_CFLAGS = $(quiet_cflags) -ffreestanding -fno-builtin $(KRG_BARE_CFLAGS)

# Runs in the place of a system call, which leaves the vector registers alone.
noinst_LTLIBRARIES += shim/libagain.la
shim_libagain_la_SOURCES = shim/again.c
shim_libagain_la_CFLAGS = $(quiet_cflags) -mgeneral-regs-only

# initfirst: other libraries' constructors already call our wrappers. now: no
# symbol is looked up in the signal handler. nodelete: a dlclose() must not
# unmap the handler.
libkrgghost_la_LDFLAGS = \
	-module \
	-avoid-version \
	-shared \
	-Wl,-z,defs \
	-Wl,-z,initfirst \
	-Wl,-z,nodelete \
	-Wl,-z,now

# For people who work in the build tree: LD_PRELOAD=./libkrgghost.so
all-local: libkrgghost.so
libkrgghost.so: | libkrgghost.la
	$(AM_V_GEN)rm -f $@ && $(LN_S) .libs/libkrgghost.so $@
CLEANFILES += libkrgghost.so
