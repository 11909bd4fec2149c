#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint without a ghost: refusals, deaths, lies, impatience, Ctrl-C.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

start_fake failed
expect 1 "$checkpoint" "$pid"
says "krg-checkpoint: process $pid: descriptor 7: a perf event cannot be carried: close it"
[ ! -s "$folder/out" ] || wrong "a ghost was printed"
no_mailbox
alive "$pid"
# It did not come to --kill.
expect 1 "$checkpoint" --kill "$pid"
alive "$pid"

start_fake dies
expect 1 "$checkpoint" "$pid"
says "process $pid ended before its ghost was whole"
no_mailbox

start_fake invents
expect 1 "$checkpoint" "$pid"
says 'cannot be read'
no_mailbox

start_fake deaf
expect 1 "$checkpoint" --timeout 0.2 "$pid"
says "process $pid has not answered within 0.2 s"
no_mailbox

rm -f "$folder/number"
kill -STOP "$pid"
expect 1 "$checkpoint" --timeout 0.2 "$pid"
says "process $pid is stopped"
never_asked
kill -KILL "$pid"

start_fake halfway
expect 1 "$checkpoint" --timeout 0.2 "$pid"
says 'is not finished within 0.2 s'
no_mailbox

start_fake stubborn
expect 1 "$checkpoint" --timeout 0.5 --kill "$pid"
says 'is whole, but the process has not ended'
no_mailbox

# Orders for the terminal arrive as question marks, on one line.
start_fake lies
expect 0 "$checkpoint" "$pid"
prints '????'
[ "$(wc -l <"$folder/out")" -eq 1 ] || wrong "the answer is not one line"
[ "$(tr -d '\n[:print:]' <"$folder/out" | wc -c)" -eq 0 ] || wrong "the answer is not plain text"
no_mailbox

# A shell starts what it puts into the background deaf to Ctrl-C; env changes that.
for signal in 1 2 15; do
	start_fake halfway
	env --default-signal="$signal" "$checkpoint" "$pid" 2>"$folder/err" &
	asking=$!
	until_there "$folder/number"
	kill -"$signal" "$asking"
	status=0
	wait "$asking" || status=$?
	[ "$status" -eq $((128 + signal)) ] || wrong "signal $signal: the status is $status"
	says 'interrupted'
	no_mailbox
	alive "$pid"
done

# And deaf it must stay.
start_fake slow
env --ignore-signal=INT "$checkpoint" "$pid" >"$folder/out" 2>"$folder/err" &
asking=$!
until_there "$folder/number"
kill -INT "$asking"
wait "$asking" || wrong "an ignored Ctrl-C was heard"
prints '/there/fake.ghost'
no_mailbox
finish
