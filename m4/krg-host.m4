# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_HOST: stop on machines whose registers and entry code are not written yet.

AC_DEFUN([KRG_HOST], [
	AC_REQUIRE([AC_CANONICAL_HOST])
	AS_CASE([$host],
		[x86_64-*-linux*x32], [krg_host=no],
		[x86_64-*-linux*], [krg_host=yes],
		[krg_host=no])
	AS_IF([test $krg_host = no],
		[AC_MSG_ERROR([krgghost runs on x86_64 Linux only, not on $host])])
])
