#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every source file begins with its licence and with one line that says what it is.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"

licence='SPDX-License-Identifier: LGPL-2.1-or-later'

# check FILE FIRST SECOND: both lines as they should be, as patterns of case.
check()
{
	{
		IFS= read -r first
		case $first in '#!'*) IFS= read -r first ;; esac
		IFS= read -r second
	} <"$1"
	# shellcheck disable=SC2254 # patterns they are
	case $first in
	$2) ;;
	*) wrong "$1 does not begin with the line of the licence" ;;
	esac
	# shellcheck disable=SC2254
	case $second in
	$3) ;;
	*) wrong "$1 does not say in its second line what it is" ;;
	esac
}

# What the tarball has too, without what a build leaves.
{
	find .ci bench doc examples ghost m4 man restart scripts shim tests tools wrappers -type f
	find . -maxdepth 1 -type f
} | sed 's|^\./||' | sort >"$folder/files"

count=0
while read -r file; do
	case $file in
	# The build's own, by .gitignore, and what has no comments or a form of its own.
	m4/libtool.m4 | m4/lt*.m4 | *.log | *.trs | *.o | *.pyc | */.dirstamp) continue ;;
	COPYING | NEWS | INSTALL | ChangeLog | .tarball-version) continue ;;
	aclocal.m4 | configure | configure~ | config.* | Makefile | Makefile.in) continue ;;
	libtool | stamp-h1) continue ;;
	*.c | *.h | *.S | *.def) check "$file" "/\* $licence \*/" '/\* *' ;;
	*.md) check "$file" "<!-- $licence -->" '<!-- * -->' ;;
	*.py) check "$file" "# $licence" '["#]*' ;;
	*.[1-9]) check "$file" ".\\\\\" $licence" '.\\" *' ;;
	*.mk | *.am | *.ac | *.m4 | *.sh | .gitignore | .clang-format)
		check "$file" "# $licence" '# *'
		;;
	# Scripts of both languages.
	*/* | bootstrap | check | demo) check "$file" "# $licence" '["#]*' ;;
	*) continue ;;
	esac
	count=$((count + 1))
done <"$folder/files"

[ "$count" -gt 150 ] || wrong "only $count files were looked at"
finish
