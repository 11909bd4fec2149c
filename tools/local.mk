# SPDX-License-Identifier: LGPL-2.1-or-later
# The programs around a ghost.

bin_PROGRAMS += krg-checkpoint krg-ghost krg-run

tool_cflags = $(KRG_CFLAGS) $(SANITIZER_CFLAGS) -DKRG_LIBDIR='"$(libdir)"' -DKRG_BINDIR='"$(bindir)"'

# Shared by those that start or ask a program.
tool_sources = \
	tools/failure.c \
	tools/options.c \
	tools/signals.c \
	tools/words.c

krg_checkpoint_SOURCES = \
	$(tool_sources) \
	tools/box.c \
	tools/errand.c \
	tools/interrupt.c \
	tools/krg-checkpoint.c \
	tools/process.c \
	tools/progress.c \
	tools/survey.c \
	tools/target.c
krg_checkpoint_CFLAGS = $(tool_cflags)
krg_checkpoint_LDADD =

krg_ghost_SOURCES = \
	tools/escape.c \
	tools/failure.c \
	tools/info.c \
	tools/info_json.c \
	tools/krg-ghost.c \
	tools/list.c \
	tools/magic.c \
	tools/options.c \
	tools/remove.c \
	tools/summary.c \
	tools/verify.c \
	tools/when.c \
	tools/whole.c \
	tools/words.c
krg_ghost_CFLAGS = $(tool_cflags) $(JANSSON_CFLAGS)
krg_ghost_LDADD = $(ghost_libs) $(JANSSON_LIBS)

krg_run_SOURCES = \
	$(tool_sources) \
	restart/front.c \
	restart/say.c \
	tools/again.c \
	tools/candidates.c \
	tools/claim.c \
	tools/executable.c \
	tools/krg-run.c \
	tools/library.c \
	tools/magic.c \
	tools/privileges.c \
	tools/program.c \
	tools/script.c \
	tools/whole.c
krg_run_CFLAGS = $(tool_cflags)
krg_run_LDADD = $(ghost_libs)

# A stand-in for a program under krgghost: with it krg-checkpoint is tested alone.
check_PROGRAMS += tests/tools/fake-shim
tests_tools_fake_shim_CFLAGS = $(KRG_CFLAGS) -pthread
tests_tools_fake_shim_LDADD =

tool_tests = \
	tests/tools/checkpoint_done.sh \
	tests/tools/checkpoint_dry.sh \
	tests/tools/checkpoint_fails.sh \
	tests/tools/checkpoint_namespace.sh \
	tests/tools/checkpoint_other_user.sh \
	tests/tools/checkpoint_progress.sh \
	tests/tools/checkpoint_refuses.sh \
	tests/tools/completion.sh \
	tests/tools/ghost_files.sh \
	tests/tools/ghost_info.sh \
	tests/tools/pkgconfig.sh \
	tests/tools/run_elf.sh \
	tests/tools/run_environment.sh \
	tests/tools/run_refuses.sh \
	tests/tools/run_resume.sh \
	tests/tools/run_script.sh \
	tests/tools/run_setuid.sh \
	tests/tools/run_static.sh \
	tests/tools/shim_inherited.sh \
	tests/tools/shim_interval.sh \
	tests/tools/shim_keep.sh

TESTS += $(tool_tests)
EXTRA_DIST += $(tool_tests) tests/tools/lib.sh
