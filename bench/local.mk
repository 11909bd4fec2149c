# SPDX-License-Identifier: LGPL-2.1-or-later
# What it costs: make bench.
#
# A new measured program bench/NAME.c is two lines:
#	bench_programs += bench/NAME
#	bench_NAME_LDADD = $(bench_libs)

bench_libs =
bench_programs =

bench_scripts = \
	bench/run

EXTRA_PROGRAMS = $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += $(bench_scripts)

bench: all-am $(bench_programs)
	$(tests_environment) $(srcdir)/bench/run
.PHONY: bench
