#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint --dry-run tells everything that is in the way, and makes nothing.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"
needs_python

cd "$folder" || exit 99
mkdir ghosts

start()
{
	rm -f up
	"$run" --output "$folder/ghosts/%e-%n.ghost" "$@" </dev/null >out.program 2>err.program &
	pid=$!
	started="$started $pid"
	until_listening "$pid"
	until_there up
}

makes_nothing()
{
	[ -z "$(ls -A ghosts)" ] || wrong "--dry-run left $(ls -A ghosts)"
	[ ! -s err.program ] || wrong "the program was made to say: $(cat err.program)"
}

# Nothing in the way.
# shellcheck disable=SC2016 # for the shell inside
start sh -c ': >up; exec sleep 60'
until_listening "$pid"
expect 0 "$checkpoint" --dry-run "$pid"
prints "process $pid: a ghost can be made"
prints "weakens descriptor 1 ($folder/out.program): is open for writing"
prints '/sleep-1.ghost'
makes_nothing
expect 0 "$checkpoint" --dry-run --quiet "$pid"
[ ! -s out ] || wrong "--quiet prints"

# Interrupted before it was heard: there is nobody to tell, and no ghost either.
kill -STOP "$pid"
"$checkpoint" --dry-run "$pid" >/dev/null 2>interrupted &
asking=$!
until grep -q '^ShdPnd:.*[1-9a-f]' "/proc/$pid/status"; do
	alive "$asking"
	[ "$failures" -eq 0 ] || finish
	sleep 0.02
done
kill -TERM "$asking"
wait "$asking"
kill -CONT "$pid"
expect 0 "$checkpoint" --dry-run "$pid"
makes_nothing

# It counts for nothing: the next ghost is the first.
expect 1 "$checkpoint" -n -o /nowhere/x.ghost "$pid"
prints 'stops the ghost /nowhere/x.ghost cannot be made there'
expect 2 "$checkpoint" --dry-run --kill "$pid"
says 'leave out --kill'
alive "$pid"
expect 0 "$checkpoint" "$pid"
prints '/sleep-1.ghost  '
rm -f ghosts/*
end "$pid"

# All of what is in the way, by descriptor and address, and none of it is made up.
start "$python" -c '
import ctypes, fcntl, mmap, os, select, socket, time
kept = [socket.socket(), socket.socket()]
shared = open("shared", "wb+")
shared.truncate(4096)
kept.append(mmap.mmap(shared.fileno(), 4096))
child = os.fork()
open("up", "w").close()
time.sleep(60)'
expect 1 "$checkpoint" --dry-run "$pid"
says "process $pid: no ghost can be made: "
cp out told
stops=$(grep -c '^stops ' out)
says ": $stops thing"
grep -q '^weakens memory [0-9a-f]*-[0-9a-f]* (.*/shared): ' out || wrong "no address is told"
makes_nothing

# What it told is what happens: the first thing that stops a real one is in the list.
expect 1 "$checkpoint" "$pid"
reason=$(sed 's/^krg-checkpoint: process [0-9]*: //' err)
grep -qxF "stops $reason" told || wrong "\"$reason\" was not told"
[ -z "$(ls -A ghosts)" ] || wrong "a ghost was made all the same"
for child in $(cat "/proc/$pid/task/$pid/children"); do
	kill "$child"
done
end "$pid"

# Forced, what stops only weakens.
: >err.program
start --force "$python" -c '
import socket, time
kept = socket.socket()
open("up", "w").close()
time.sleep(60)'
expect 0 "$checkpoint" --dry-run "$pid"
grep -q '^weakens descriptor .*KRG_FORCE: left out' out || wrong "what is forced was not told"
end "$pid"

# No answer at all.
start_fake deaf
expect 1 "$checkpoint" --dry-run --timeout 0.3 "$pid"
no_mailbox
expect 2 "$checkpoint" --dry-run $$
finish
