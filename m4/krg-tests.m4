# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_TESTS: --with-tests; the unit tests need Criterion, the test scripts do not.

AC_DEFUN([KRG_TESTS], [
	AC_ARG_WITH([tests],
		[AS_HELP_STRING([--with-tests], [fail if the unit tests cannot be built])],
		[krg_tests=$withval], [krg_tests=auto])

	krg_criterion=no
	AS_IF([test "x$krg_tests" != xno],
		[PKG_CHECK_MODULES([CRITERION], [criterion], [krg_criterion=yes], [:])])
	AS_IF([test "x$krg_tests$krg_criterion" = xyesno],
		[AC_MSG_ERROR([--with-tests: Criterion was not found (Debian: libcriterion-dev)])],
		[test "x$krg_tests$krg_criterion" = xautono],
		[AC_MSG_WARN([Criterion was not found: make check leaves out the unit tests])])
	AM_CONDITIONAL([HAVE_CRITERION], [test $krg_criterion = yes])
	krg_tests=$krg_criterion

	# A test in Python counts as skipped, not as failed, where there is no Python.
	AC_PATH_PROG([PYTHON3], [python3], [$SHELL -c 'exit 77'])
])
