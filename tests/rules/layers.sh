#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Who may include whom: wrappers -> shim -> ghost <- restart, tools -> ghost; nothing includes wrappers.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"

# Each inclusion of ours as "FILE NAME FOLDER": FOLDER is the top one of what is meant.
find ghost shim wrappers restart tools examples bench tests \
	-name '*.[chS]' -o -name '*.def' | sort >"$folder/files"
while read -r file; do
	sed -n "s|^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*\"\([^\"]*\)\".*|$file \1|p" "$file"
done <"$folder/files" | awk '
	$2 == "config.h" { next }
	{
		path = $1
		sub("[^/]*$", $2, path)
		# The unit tests and the fuzzer say the path from the top.
		if ($1 ~ /^tests\// && (getline line < $2) >= 0)
			path = $2
		close($2)
		count = split(path, part, "/")
		depth = 0
		for (i = 1; i <= count; i++)
			if (part[i] == "..")
				depth--
			else if (part[i] != ".")
				kept[++depth] = part[i]
		path = kept[1]
		for (i = 2; i <= depth; i++)
			path = path "/" kept[i]
		print $1, $2, (getline line < path) < 0 ? "nowhere" : kept[1]
		close(path)
	}' >"$folder/inclusions"

while read -r file name place; do
	# krg-run --resume stays in front of its program as krg-resume does.
	case $file:$name in
	tools/again.c:../restart/front.h | tools/again.c:../restart/say.h) continue ;;
	esac
	case ${file%%/*}:$place in
	*:nowhere) wrong "$file includes \"$name\", which is not where it says" ;;
	ghost:ghost | shim:shim | wrappers:wrappers | restart:restart | tools:tools) ;;
	shim:ghost | wrappers:ghost | wrappers:shim | restart:ghost | tools:ghost) ;;
	examples:wrappers | bench:wrappers | tests:wrappers)
		wrong "$file includes \"$name\": nothing includes wrappers"
		;;
	examples:* | bench:* | tests:*) ;;
	*) wrong "$file includes \"$name\": ${file%%/*} may not know $place" ;;
	esac
done <"$folder/inclusions"

# A test that finds nothing wrong must have looked.
[ "$(wc -l <"$folder/inclusions")" -gt 300 ] || wrong "too few inclusions were found"
finish
