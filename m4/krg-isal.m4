# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_ISAL: the fast engine of the zlib format; HAVE_ISAL where its headers are.

AC_DEFUN([KRG_ISAL], [
	AC_ARG_WITH([isal],
		[AS_HELP_STRING([--without-isal], [do not use ISA-L for compression])],
		[krg_isal=$withval], [krg_isal=auto])

	krg_isal_found=no
	AS_IF([test "x$krg_isal" != xno],
		[PKG_CHECK_MODULES([ISAL], [libisal], [krg_isal_found=yes], [:])])
	AS_IF([test "x$krg_isal$krg_isal_found" = xyesno],
		[AC_MSG_ERROR([--with-isal: libisal was not found])])
	AS_IF([test $krg_isal_found = yes],
		[AC_DEFINE([HAVE_ISAL], [1], [Define if the headers of ISA-L are there.])])
	krg_isal=$krg_isal_found
])
