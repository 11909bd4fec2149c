#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# bash offers every option of every program, and the values that it can know.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
command -v bash >/dev/null || skip "bash is not installed"
script=$(cd "${GHOST_SOURCE:-.}" && pwd)/completion/krgghost

# offer TOOL WORD...: what is offered for the last word.
offer()
{
	tool=$1
	shift
	bash -c '. "$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_krgghost "$1"; printf "%s\n" "${COMPREPLY[@]}"' - "$script" "$build/$tool" "$@" \
		>"$folder/out" 2>"$folder/err"
	[ ! -s "$folder/err" ] || wrong "completion says: $(cat "$folder/err")"
}

for tool in krg-run krg-checkpoint krg-resume krg-ghost; do
	[ -x "$build/$tool" ] || skip "$tool was not built"
	offer "$tool" --
	sed 's/=$//' "$folder/out" | sort -u >"$folder/offered"
	"$build/$tool" --help | grep -o -e '--[a-z][a-z-]*' | sort -u >"$folder/known"
	cmp -s "$folder/offered" "$folder/known" ||
		wrong "$tool: offered are $(tr '\n' ' ' <"$folder/offered")"
	[ "$(wc -l <"$folder/known")" -ge 3 ] || wrong "$tool --help was not understood"
done

offer krg-run --ke
prints --keep
prints --keep-ghosts
offer krg-run --codec z
prints zlib
offer krg-run --signal USR
prints USR1
offer krg-resume --pids = na
prints namespace
offer krg-ghost ver
prints verify
offer krg-checkpoint -k "$(echo $$ | cut -c1)"
prints $$
finish
