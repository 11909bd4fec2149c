#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual pages are well formed, and they and the README tell what the programs know.

# shellcheck source=tests/rules/lib.sh
. "$(dirname "$0")/lib.sh"

# same WHAT ONE OTHER: two files of names, one a line.
same()
{
	sort -u "$2" -o "$2"
	sort -u "$3" -o "$3"
	comm -23 "$2" "$3" >"$folder/less"
	comm -13 "$2" "$3" >"$folder/more"
	while read -r name; do
		wrong "$1 does not have $name"
	done <"$folder/less"
	while read -r name; do
		wrong "$1 has $name, which is not there"
	done <"$folder/more"
}

options()
{
	grep -o -e '--[a-z][a-z-]*'
}

count=0
for page in man/*.1; do
	name=${page##*/}
	name=${name%.1}
	[ -x "$build/$name" ] || skip "$name was not built"
	"$build/$name" --help | options >"$folder/known"
	sed 's/\\-/-/g' "$page" | options >"$folder/told"
	same "$page" "$folder/known" "$folder/told"
	count=$((count + 1))
done
[ "$count" -eq 4 ] || wrong "$count pages of programs instead of 4"

sed -n 's/.*setting(environment, "\(KRG_[A-Z]*\)").*/\1/p' shim/settings.c >"$folder/known"
[ -s "$folder/known" ] || wrong "shim/settings.c is not understood"
for page in man/krgghost.7 README.md; do
	grep -o 'KRG_[A-Z]*' "$page" >"$folder/told"
	same "$page" "$folder/known" "$folder/told"
done

# A link in a text leads to a file.
for page in *.md doc/*.md; do
	grep -o ']([^)#:]*)' "$page" | sed 's/^](//; s/)$//' >"$folder/links"
	while read -r link; do
		[ -e "$(dirname "$page")/$link" ] || wrong "$page leads to $link, which is not there"
	done <"$folder/links"
done

[ ! -s "$folder/wrong" ] || finish
needs groff
# ghost(5) and krgghost(7) are there too,.
[ -e man/ghost.5 ] || wrong "man/ghost.5 is missing"
for page in man/*.[1-9]; do
	groff -ww -man -Tutf8 -z "$page" >"$folder/said" 2>&1
	while read -r line; do
		wrong "$line"
	done <"$folder/said"
done
finish
