#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# libkrgghost.so shows the program the names of wrappers.def and nothing else of its own.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"
needs nm

# Made from the array forms in wrappers/forks.c: there is no function of libc
# behind them, so the table does not have them.
list_forms='execl execle execlp'

library=$build/.libs/libkrgghost.so
[ -e "$library" ] || skip "$library was not built"

{
	sed -n 's/^WRAP(\([a-z_0-9]*\), [A-Z]*)$/\1/p' wrappers/wrappers.def
	echo "$list_forms" | tr ' ' '\n'
} | sort >"$folder/wanted"
symbols --dynamic --defined-only "$library" >"$folder/shown"

[ "$(wc -l <"$folder/wanted")" -gt 15 ] || wrong "wrappers.def is not understood"
[ "$(grep -c '^WRAP(' wrappers/wrappers.def)" -eq \
	"$(($(wc -l <"$folder/wanted") - $(echo "$list_forms" | wc -w)))" ] ||
	wrong "wrappers.def has a line that this test does not understand"
uniq -d "$folder/wanted" >"$folder/twice"
[ ! -s "$folder/twice" ] || wrong "twice in wrappers.def: $(cat "$folder/twice")"

comm -13 "$folder/wanted" "$folder/shown" >"$folder/names"
while read -r name; do
	wrong "libkrgghost.so shows $name, which is not in wrappers.def"
done <"$folder/names"
comm -23 "$folder/wanted" "$folder/shown" >"$folder/names"
while read -r name; do
	wrong "$name is in wrappers.def, and libkrgghost.so does not wrap it"
done <"$folder/names"
finish
