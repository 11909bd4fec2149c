# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_COMPILER: language, warnings, --enable-werror. KRG_FLAG: a flag if the compiler knows it.

# KRG_FLAG(VARIABLE, FLAG)
# With -Werror, because clang only warns about options of gcc that it ignores.
AC_DEFUN([KRG_FLAG], [
	AS_VAR_PUSHDEF([krg_cache], [krg_cv_flag_$2])
	AC_CACHE_CHECK([whether $CC knows $2], [krg_cache], [
		krg_saved=$CFLAGS
		CFLAGS="$CFLAGS -Werror $2"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([krg_cache], [yes])], [AS_VAR_SET([krg_cache], [no])])
		CFLAGS=$krg_saved
	])
	AS_VAR_IF([krg_cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
	AS_VAR_POPDEF([krg_cache])
])

AC_DEFUN([KRG_COMPILER], [
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
		[krg_werror=$enableval], [krg_werror=no])

	KRG_CFLAGS="-std=gnu11 -Wall -Wextra"
	AS_IF([test "x$krg_werror" != xno], [AS_VAR_APPEND([KRG_CFLAGS], [" -Werror"])])
	AC_SUBST([KRG_CFLAGS])

	# A loop of the bare zone must not become a call of memset() or a jump
	# through a table that is no longer mapped.
	KRG_BARE_CFLAGS=
	KRG_FLAG([KRG_BARE_CFLAGS], [-fno-jump-tables])
	KRG_FLAG([KRG_BARE_CFLAGS], [-fno-tree-loop-distribute-patterns])
	AC_SUBST([KRG_BARE_CFLAGS])
])
