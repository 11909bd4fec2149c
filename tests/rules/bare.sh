#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The bare zone stands alone: it is copied elsewhere and runs when all else of krg-resume is gone.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"
needs nm readelf objdump

# check FILE SECTION: the code of FILE needs nothing but what is in SECTION.
check()
{
	object=$(object_of "$1")
	[ -e "$object" ] || {
		echo "$object"
		return
	}
	for name in $(symbols --undefined-only "$object"); do
		wrong "$1 needs $name"
	done
	# Of what is loaded, only the section has a content, but for tables for debuggers.
	readelf -WS "$object" | sed 's/^ *\[ *[0-9]*\] *//' |
		awk -v own="$2" '$7 ~ /A/ && $5 !~ /^0+$/ && $1 != own &&
			$1 != ".eh_frame" && $1 != ".note.gnu.property" { print $1 }' |
		while read -r name; do
			wrong "$1 has something in $name, outside of $2"
		done
	readelf -WS "$object" | grep -q "[[:blank:]]$2[[:blank:]]" ||
		wrong "$1 has no section $2"
	readelf -WS "$object" | grep -q "[[:blank:]]\.rela\?$2[[:blank:]]" &&
		wrong "$1 has relocations in $2"
	# Thread-local storage, a stack protector's guard value among it.
	objdump -d "$object" | grep -Eq '%[fg]s:' && wrong "$1 uses thread-local storage"
}

check restart/step.c krg_step
check restart/enter-x86_64.S .text
finish
