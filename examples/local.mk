# SPDX-License-Identifier: LGPL-2.1-or-later
# Small programs that check themselves after a restart; tests/whole/ runs them.
#
# A new example examples/NAME.c is two lines:
#	example_programs += examples/NAME
#	examples_NAME_LDADD = $(example_libs)

example_libs =
example_programs =

example_scripts = \
	examples/primes.py

# A sanitizer wants to be the first library of its program, and so do we.
if !SANITIZERS
check_PROGRAMS += $(example_programs)
endif

EXTRA_DIST += $(example_scripts)
