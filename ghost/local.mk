# SPDX-License-Identifier: LGPL-2.1-or-later
# What a ghost is: carried by the shim, krg-resume and the tools alike.

noinst_LTLIBRARIES += ghost/libghost.la ghost/libimage.la

ghost_sources = \
	ghost/chunk.c \
	ghost/codec.c \
	ghost/codec/isal.c \
	ghost/codec/zlib.c \
	ghost/crc32c.c \
	ghost/duration.c \
	ghost/elf_note.c \
	ghost/fdinfo.c \
	ghost/frame.c \
	ghost/ghost.c \
	ghost/header.c \
	ghost/index.c \
	ghost/inject.c \
	ghost/kind.c \
	ghost/kind/clock.c \
	ghost/kind/descriptor.c \
	ghost/kind/device.c \
	ghost/kind/directory.c \
	ghost/kind/epoll.c \
	ghost/kind/eventfd.c \
	ghost/kind/guard.c \
	ghost/kind/lock.c \
	ghost/kind/orphan.c \
	ghost/kind/orphan_file.c \
	ghost/kind/outside.c \
	ghost/kind/passed.c \
	ghost/kind/pidfd.c \
	ghost/kind/pipe.c \
	ghost/kind/process.c \
	ghost/kind/region.c \
	ghost/kind/regular.c \
	ghost/kind/signalfd.c \
	ghost/kind/thread.c \
	ghost/kind/timerfd.c \
	ghost/lines.c \
	ghost/kind/unix.c \
	ghost/kind/unix_ask.c \
	ghost/kind/unix_message.c \
	ghost/kind/unix_name.c \
	ghost/kind/unix_revive.c \
	ghost/machine.c \
	ghost/medium/file.c \
	ghost/medium/memory.c \
	ghost/pattern.c \
	ghost/scalar.c \
	ghost/task-x86_64.S \
	ghost/task.c \
	ghost/text.c \
	ghost/xstate.c

# The reading side, for programs that may use libc freely.
image_sources = \
	ghost/image.c \
	ghost/image_sense.c

# Its system calls can be made to fail in a checkpoint (ghost/inject.h).
ghost_cflags = $(quiet_cflags) $(ZLIB_CFLAGS) $(ISAL_CFLAGS) -DSYS_INJECTED

ghost_libghost_la_SOURCES = $(ghost_sources)
ghost_libghost_la_CFLAGS = $(ghost_cflags)

ghost_libimage_la_SOURCES = $(image_sources)
ghost_libimage_la_CFLAGS = $(ghost_cflags)

# What unit tests and tools link: the same code, with sanitizers if they are wanted.
if SANITIZERS
noinst_LTLIBRARIES += ghost/libchecked.la
ghost_libchecked_la_SOURCES = $(image_sources) $(ghost_sources)
ghost_libchecked_la_CFLAGS = $(ghost_cflags) $(SANITIZER_CFLAGS)
ghost_libs = ghost/libchecked.la -ldl
else
ghost_libs = ghost/libimage.la ghost/libghost.la -ldl
endif
