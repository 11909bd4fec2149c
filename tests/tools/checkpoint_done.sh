#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint gets a ghost: by process, by thread, behind krg-resume, with --kill.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$folder" || exit 99

start_fake whole
expect 0 "$checkpoint" "$pid"
[ "$(cat out)" = '/there/fake.ghost  12.3 MiB  pause 2.5 ms  total 1.25 s' ] ||
	wrong "the answer reads $(cat out)"
[ ! -s err ] || wrong "there are words on stderr: $(cat err)"
no_mailbox
alive "$pid"

# An absolute name goes to the program, whatever its current directory is.
expect 0 "$checkpoint" "$pid" --output here.ghost
prints "$folder/here.ghost  "
expect 0 "$checkpoint" -o /else/where.ghost "$pid"
prints '/else/where.ghost  '
expect 0 "$checkpoint" --quiet "$pid"
[ ! -s out ] || wrong "--quiet prints"
[ ! -s err ] || wrong "--quiet speaks"

# By the number of one of its threads.
for task in /proc/"$pid"/task/*; do
	[ "${task##*/}" -eq "$pid" ] || thread=${task##*/}
done
rm -f number
expect 0 "$checkpoint" "$thread"
no_mailbox

# It waits for a signal before us to be taken, for ours would be lost.
kill -STOP "$pid"
kill -USR2 "$pid"
rm -f number
{ sleep 0.3; kill -CONT "$pid"; } &
expect 0 "$checkpoint" "$pid"
no_mailbox

# Many at once: each gets its own answer.
asking=
for i in 1 2 3 4 5 6 7 8; do
	"$checkpoint" --output "/for/$i" --timeout 30 "$pid" >"answer$i" 2>&1 &
	asking="$asking $!"
done
# shellcheck disable=SC2086 # a list of numbers
wait $asking
for i in 1 2 3 4 5 6 7 8; do
	grep -q "^/for/$i  " "answer$i" || wrong "answer $i reads $(cat "answer$i")"
done

expect 0 "$checkpoint" --kill "$pid"
prints '/there/fake.ghost  '
no_mailbox
[ ! -e "/proc/$pid/maps" ] || ! [ -s "/proc/$pid/maps" ] || wrong "process $pid was not waited for"

start_fake front whole
expect 0 "$checkpoint" --kill "$pid"
no_mailbox
wait "$pid"

expect 0 "$checkpoint" --help
prints 'Usage: krg-checkpoint'
expect 0 "$checkpoint" --version
prints 'krg-checkpoint'
finish
