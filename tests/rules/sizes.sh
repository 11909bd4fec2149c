#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file is one thing and a function is one screen: under 400 and 60 lines.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"

file_lines=400
function_lines=60

find ghost shim wrappers restart tools -name '*.[chS]' | sort >"$folder/files"
while read -r file; do
	lines=$(wc -l <"$file")
	[ "$lines" -le $file_lines ] || wrong "$file has $lines lines, more than $file_lines"
done <"$folder/files"

ctags --version 2>/dev/null | grep -q 'Universal Ctags' || {
	[ ! -s "$folder/wrong" ] || finish
	skip "universal-ctags is not installed: functions were not measured"
}
ctags --options=NONE --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne \
	-f "$folder/tags" -L "$folder/files" || exit 99
grep -v '^!' "$folder/tags" | sed 's/^\([^\t]*\)\t\([^\t]*\)\t.*\tline:\([0-9]*\)/\1 \2 \3 /' |
	awk '{ end = $0; sub(/.*\tend:/, "", end); print $1, $2, end - $3 + 1 }' >"$folder/functions"
while read -r name file lines; do
	[ "$lines" -le $function_lines ] ||
		wrong "$file: $name() has $lines lines, more than $function_lines"
done <"$folder/functions"

[ "$(wc -l <"$folder/functions")" -gt 400 ] || wrong "too few functions were found"
finish
