# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_SANITIZERS: --enable-sanitizers, ASan and UBSan for unit tests and tools.

AC_DEFUN([KRG_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers],
			[unit tests and tools with ASan and UBSan; programs are then not
			 restarted in make check])],
		[krg_sanitizers=$enableval], [krg_sanitizers=no])

	SANITIZER_CFLAGS=
	AS_IF([test "x$krg_sanitizers" != xno], [
		SANITIZER_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
		krg_saved=$CFLAGS
		CFLAGS="$CFLAGS $SANITIZER_CFLAGS"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [],
			[AC_MSG_ERROR([--enable-sanitizers: $CC cannot link with ASan and UBSan])])
		CFLAGS=$krg_saved
	])
	AC_SUBST([SANITIZER_CFLAGS])
	AM_CONDITIONAL([SANITIZERS], [test "x$krg_sanitizers" != xno])
])
