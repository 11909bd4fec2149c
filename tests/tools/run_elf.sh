#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-run believes nothing in the headers of a program: other machines, damaged files.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

program=$folder/program

# patch OFFSET OCTAL...: puts these bytes into the program.
patch()
{
	offset=$1
	shift
	for byte; do
		printf %b "\\0$byte" | dd of="$program" bs=1 seek="$offset" conv=notrunc 2>/dev/null
		offset=$((offset + 1))
	done
}

fresh()
{
	cp /bin/true "$program"
	chmod 755 "$program"
}

fresh && patch 4 001 && patch 18 003 000
expect 125 "$run" "$program"
says 'is made for 32-bit x86 (i386)'

fresh && patch 4 001
expect 125 "$run" "$program"
says 'is made for x32'

fresh && patch 18 267 000
expect 125 "$run" "$program"
says 'is made for 64-bit ARM'

fresh && patch 18 377 377
expect 125 "$run" "$program"
says 'is made for another machine'

fresh && patch 16 001 000
expect 126 "$run" "$program"
says 'an object or a core file'

# The table of segments: where, how large each, how many.
for offset in "32 377 377 377 377 377 377 377 377" "32 377 377 377 377 377 377 377 177" \
	"32 000 000 000 000 001 000 000 000" "54 000 000" "54 377 377" "56 377 377"; do
	# shellcheck disable=SC2086 # a list of words
	fresh && patch $offset
	expect 126 "$run" "$program"
	says 'has a damaged ELF header'
done

fresh && patch 56 000 000
expect 125 "$run" "$program"
says 'is statically linked'

# The name of the loader: a file of its own size is nothing but damage when cut.
for size in 4 5 16 19 20 40 63 64 100 200 400; do
	head -c "$size" /bin/true >"$program"
	expect 126 "$run" "$program"
	says 'has a damaged ELF header'
done

# A loader that is not there. Its name stands in the file as it is.
fresh
at=$(grep -obaF ld-linux-x86-64.so.2 "$program" | head -n 1 | cut -d: -f1)
patch "$at" 130
expect 127 "$run" "$program"
says 'needs the loader'
says 'which is not there'
finish
