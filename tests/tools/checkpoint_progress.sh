#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint shows on a terminal how far it is, and leaves the line empty.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# With script(1): it gives a command a terminal of its own.
script -qec true "$folder/typescript" >/dev/null 2>&1 || skip "script(1) is not there"

start_fake slow
script -qec "$checkpoint $pid" "$folder/typescript" >"$folder/out" </dev/null
prints '%  '
prints 'GiB of 2.0 GiB'
prints '[########'
prints '/there/fake.ghost  12.3 MiB'
tr '\r' '\n' <"$folder/out" | grep -q '^ \{40,\}$' || wrong "the line was not cleared"
no_mailbox

script -qec "$checkpoint --quiet $pid" "$folder/typescript" >"$folder/out" </dev/null
[ ! -s "$folder/out" ] || wrong "--quiet is not quiet"

# Numbers beyond all limits.
start_fake lies
script -qec "$checkpoint $pid" "$folder/typescript" >"$folder/out" </dev/null
prints '100 %'

# Too short for a line.
start_fake whole
script -qec "$checkpoint $pid" "$folder/typescript" >"$folder/out" </dev/null
[ "$(wc -l <"$folder/out")" -eq 1 ] || wrong "there is more than the answer"
finish
