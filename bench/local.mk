# SPDX-License-Identifier: LGPL-2.1-or-later
# What it costs: make bench.
#
# A new measured program bench/NAME.c is two lines:
#	bench_programs += bench/NAME
#	bench_NAME_LDADD = $(bench_libs)

bench_libs = -ldl -lpthread

bench_programs = \
	bench/calls \
	bench/memory \
	bench/start

bench_memory_SOURCES = \
	bench/content.c \
	bench/memory.c \
	bench/yardstick.c

bench_calls_LDADD = $(bench_libs)
bench_memory_LDADD = $(bench_libs)
bench_start_LDADD = $(bench_libs)

bench_scripts = \
	bench/run \
	bench/calls.py \
	bench/ghosts.py \
	bench/table.py

EXTRA_PROGRAMS = $(bench_programs)
CLEANFILES += $(bench_programs) bench-results.csv bench-results.svg
EXTRA_DIST += $(bench_scripts)

# BENCH_FLAGS=--quick leaves out what takes long.
bench: all-am $(bench_programs)
	$(tests_environment) $(srcdir)/bench/run $(BENCH_FLAGS)
.PHONY: bench
