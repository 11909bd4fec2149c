#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What can be made again is not kept by git.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"
needs git

# git distrusts the folders of other users; we only look.
look()
{
	git -c safe.directory="$source" "$@"
}

top=$(look rev-parse --show-toplevel 2>/dev/null)
[ "$top" = "$(pwd -P)" ] || skip "this is not a clone, but a tarball"

look ls-files >"$folder/files"
look ls-files --cached --ignored --exclude-standard >"$folder/ignored"
while read -r file; do
	wrong "$file is ignored by .gitignore, and yet it is kept"
done <"$folder/ignored"

while read -r file; do
	case $file in
	configure | aclocal.m4 | config.* | Makefile | */Makefile | Makefile.in | */Makefile.in | \
		libtool | stamp-h1 | m4/libtool.m4 | m4/lt*.m4 | autom4te.cache/* | build-aux/* | \
		build/* | build-*/*)
		wrong "$file is made by bootstrap or configure"
		;;
	*.o | *.lo | *.a | *.la | *.so | *.d | *.log | *.trs | *.pyc | *~ | *.orig | *.rej | core | \
		*.ghost | *.tar.* | *.zip)
		wrong "$file is made by the build, the tests or an accident"
		;;
	*)
		[ "$(head -c 4 "$file" 2>/dev/null | od -An -c | tr -d ' ')" != '177ELF' ] ||
			wrong "$file is a program or an object"
		;;
	esac
done <"$folder/files"

[ "$(wc -l <"$folder/files")" -gt 100 ] || wrong "too few files were looked at"
finish
