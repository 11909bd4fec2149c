# SPDX-License-Identifier: LGPL-2.1-or-later
# make check: unit tests, rules that a machine can check, whole programs. make soak: for hours.
#
# A new unit test tests/FOLDER/NAME.c is one line in unit_tests: it is linked with
# the ghost, the restart, parts of the shim and Criterion. A new script is one line
# in its list. A script exits with 77 for "skipped", and finds its way by these two
# variables.
tests_environment = \
	GHOST_BUILD='$(abs_top_builddir)'; export GHOST_BUILD; \
	GHOST_SOURCE='$(abs_top_srcdir)'; export GHOST_SOURCE;

unit_tests = \
	tests/ghost/chunk \
	tests/ghost/codec \
	tests/ghost/crc32c \
	tests/ghost/duration \
	tests/ghost/epoll \
	tests/ghost/fdinfo \
	tests/ghost/frame \
	tests/ghost/ghost \
	tests/ghost/ghost_name \
	tests/ghost/header \
	tests/ghost/image \
	tests/ghost/image_forged \
	tests/ghost/index \
	tests/ghost/inject \
	tests/ghost/kind \
	tests/ghost/lines \
	tests/ghost/lock \
	tests/ghost/machine \
	tests/ghost/medium \
	tests/ghost/scalar \
	tests/ghost/task \
	tests/ghost/text \
	tests/ghost/xstate \
	tests/restart/entries \
	tests/restart/clocks \
	tests/restart/embedded \
	tests/restart/plan \
	tests/restart/plan_random \
	tests/shim/bpf \
	tests/shim/inherited \
	tests/shim/maps \
	tests/shim/maps_each \
	tests/shim/registers \
	tests/shim/replay \
	tests/shim/settings \
	tests/shim/timers

# A ghost to test with, for the unit tests and the fuzzer.
check_LTLIBRARIES = tests/ghost/libsample.la
tests_ghost_libsample_la_SOURCES = \
	tests/ghost/pattern.c \
	tests/ghost/sample.c

# Address spaces to try plans in.
check_LTLIBRARIES += tests/restart/librehearsal.la
tests_restart_librehearsal_la_SOURCES = \
	tests/restart/rehearsal.c \
	tests/restart/space.c

# The parts of the shim and of krg-resume that need nobody else, compiled once more:
# like the tests with sanitizers if they are wanted. A test of one that uses the
# anchor brings an anchor of its own.
check_LTLIBRARIES += tests/libtested.la
tests_libtested_la_SOURCES = \
	restart/entries-x86_64.c \
	restart/embedded.c \
	restart/plan.c \
	shim/again-x86_64.S \
	shim/again.c \
	shim/bpf.c \
	shim/inherited.c \
	shim/maps.c \
	shim/post.c \
	shim/registers-x86_64.c \
	shim/replay.c \
	shim/settings.c \
	shim/timeout.c \
	shim/timers.c

# Broken ghosts; see tests/fuzz/image.c for how to search for more of them.
check_PROGRAMS += tests/fuzz/image
TESTS += tests/fuzz/image
tests_fuzz_image_SOURCES = \
	tests/fuzz/driver.c \
	tests/fuzz/image.c \
	tests/fuzz/mutate.c \
	tests/fuzz/reseal.c
tests_fuzz_image_LDADD = tests/ghost/libsample.la $(ghost_libs)

# Everything else that reads bytes from outside.
check_PROGRAMS += tests/fuzz/readers
TESTS += tests/fuzz/readers
tests_fuzz_readers_SOURCES = \
	tests/fuzz/mutate.c \
	tests/fuzz/readers.c \
	tests/fuzz/readers_driver.c
tests_fuzz_readers_LDADD = tests/libtested.la $(ghost_libs)

# libFuzzer, with clang, for FUZZ_SECONDS each: make fuzz FUZZ=maps for one of them.
FUZZ_CC = clang
FUZZ_SECONDS = 60
fuzz: programs
	$(AM_V_at)GHOST_SOURCE='$(abs_top_srcdir)' FUZZ_CC='$(FUZZ_CC)' FUZZ='$(FUZZ)' \
		FUZZ_SECONDS='$(FUZZ_SECONDS)' $(SHELL) $(srcdir)/tests/fuzz/search.sh
.PHONY: fuzz

rule_tests = \
	tests/rules/bare.sh \
	tests/rules/exports.sh \
	tests/rules/generated.sh \
	tests/rules/headers.sh \
	tests/rules/layers.sh \
	tests/rules/manuals.sh \
	tests/rules/needed.sh \
	tests/rules/sizes.sh \
	tests/rules/storage.sh \
	tests/rules/symbols.sh

# doc/format.md against real ghosts, by a reader that follows it.
format_tests = \
	tests/format/second_reader.py

whole_tests = \
	tests/whole/7z.py \
	tests/whole/bad_ghost.py \
	tests/whole/bad_place.py \
	tests/whole/bash.py \
	tests/whole/bc.py \
	tests/whole/bzip2.py \
	tests/whole/cc1.py \
	tests/whole/clang.py \
	tests/whole/convert.py \
	tests/whole/cplusplus.py \
	tests/whole/dash.py \
	tests/whole/dc.py \
	tests/whole/gawk.py \
	tests/whole/ghostscript.py \
	tests/whole/gnuplot.py \
	tests/whole/guile.py \
	tests/whole/gzip.py \
	tests/whole/gzip_pipes.py \
	tests/whole/java.py \
	tests/whole/linker.py \
	tests/whole/lua.py \
	tests/whole/luajit.py \
	tests/whole/m4.py \
	tests/whole/mawk.py \
	tests/whole/node.py \
	tests/whole/numpy_blas.py \
	tests/whole/octave.py \
	tests/whole/openmp.py \
	tests/whole/openssl.py \
	tests/whole/perl.py \
	tests/whole/php.py \
	tests/whole/pigz.py \
	tests/whole/preloads.py \
	tests/whole/python_asyncio.py \
	tests/whole/python_signals.py \
	tests/whole/preempted.py \
	tests/whole/python_threads.py \
	tests/whole/r.py \
	tests/whole/ruby.py \
	tests/whole/sanitizers.py \
	tests/whole/sha512sum.py \
	tests/whole/sort.py \
	tests/whole/sqlite.py \
	tests/whole/stockfish.py \
	tests/whole/tclsh.py \
	tests/whole/terminal.py \
	tests/whole/upgraded.py \
	tests/whole/xz.py \
	tests/whole/zstd.py

# Examples that need more than tests/examples/run.py does with each of examples/.
example_tests = \
	tests/examples/chain.py \
	tests/examples/clocks.py \
	tests/examples/copies.py \
	tests/examples/elsewhere.py \
	tests/examples/filters.py \
	tests/examples/embedded.py \
	tests/examples/hundred.py \
	tests/examples/other_user.py \
	tests/examples/interval.py \
	tests/examples/refuse.py \
	tests/examples/spawning.py \
	tests/examples/terminal.py \
	tests/examples/timeouts.py

# What is done to a program while it is checkpointed or resumed.
check_PROGRAMS += tests/harm/subject
tests_harm_subject_SOURCES = tests/harm/subject.c
tests_harm_subject_CFLAGS = $(KRG_CFLAGS) -pthread
tests_harm_subject_LDADD =
harm_tests = \
	tests/harm/fail_each.py \
	tests/harm/kill_anytime.py \
	tests/harm/limits.py

# Sourced or started by the tests above.
test_helpers = \
	tests/fuzz/search.sh \
	tests/examples/example.py \
	tests/examples/run.py \
	tests/format/reader.py \
	tests/harm/harm.py \
	tests/rules/lib.sh \
	tests/whole/lives.py \
	tests/whole/survive.py

soak_scripts = \
	tests/soak

if HAVE_CRITERION
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

TESTS += $(rule_tests) $(format_tests)

if !SANITIZERS
TESTS += $(example_tests) $(whole_tests) $(harm_tests)
endif

LDADD = \
	tests/ghost/libsample.la \
	tests/restart/librehearsal.la \
	tests/libtested.la \
	$(restart_libs) \
	$(ghost_libs) \
	$(CRITERION_LIBS)

# A program that hangs after a restart must fail its test, not stop the others.
TEST_TIMEOUT = 300
limit = timeout -k 10 $(TEST_TIMEOUT)

AM_TESTS_ENVIRONMENT = $(tests_environment)
TEST_EXTENSIONS = .c .py .sh
LOG_COMPILER = $(limit)
C_LOG_COMPILER = $(limit) $(PYTHON3) $(srcdir)/tests/examples/run.py
PY_LOG_COMPILER = $(limit) $(PYTHON3)
SH_LOG_COMPILER = $(limit) $(SHELL)

EXTRA_DIST += $(rule_tests) $(format_tests) $(example_tests) \
	$(whole_tests) $(harm_tests) $(test_helpers) $(soak_scripts)

# Compiles what make check would run. Not "all": that is a second make, beside this one.
programs: all-am $(check_PROGRAMS)

soak: programs
	$(tests_environment) $(srcdir)/tests/soak
.PHONY: programs soak
