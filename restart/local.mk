# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-resume. All but main() is a library, for the unit tests.

bin_PROGRAMS += krg-resume
noinst_LTLIBRARIES += restart/librestart.la restart/libstep.la

krg_resume_SOURCES = restart/main.c
krg_resume_CFLAGS = $(KRG_CFLAGS)
krg_resume_LDFLAGS =
krg_resume_LDADD = $(restart_libs) ghost/libimage.la ghost/libghost.la -ldl

restart_libs = restart/librestart.la restart/libstep.la

restart_librestart_la_SOURCES = \
	restart/check.c \
	restart/entries-x86_64.c \
	restart/clocks.c \
	restart/embedded.c \
	restart/finish.c \
	restart/objects.c \
	restart/fill.c \
	restart/group.c \
	restart/front.c \
	restart/huge.c \
	restart/leave.c \
	restart/namespace.c \
	restart/options.c \
	restart/plan.c \
	restart/registrations.c \
	restart/revive.c \
	restart/say.c \
	restart/spawn.c \
	restart/stage.c \
	restart/vdso.c
restart_librestart_la_CFLAGS = $(KRG_CFLAGS)

# The bare zone: no libc, no stack guard, no thread-local storage, no relocation.
restart_libstep_la_SOURCES = \
	restart/enter-x86_64.S \
	restart/step.c
restart_libstep_la_CFLAGS = \
	$(KRG_CFLAGS) \
	-ffreestanding \
	-fno-builtin \
	-fno-stack-protector \
	-fPIC \
	-O2 \
	-U_FORTIFY_SOURCE \
	$(KRG_BARE_CFLAGS)
