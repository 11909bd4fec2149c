#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# KRG_KEEP: so many ghosts of the pattern stay, and numbers go on where the newest is.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$folder" || exit 99

# ghosts_are NAME...: no more and no less.
ghosts_are()
{
	found=$(echo *.ghost)
	[ "$found" = "$*" ] || wrong "there are $found, not $*"
}

start()
{
	"$run" "$@" sleep 60 >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	until_listening "$pid"
}

# What only looks like a ghost of ours stays: other names, other content, links.
mkdir g && cd g || exit 99
echo none >job-1.ghost
start --output job-%n.ghost --keep 3
for i in 2 3 4 5 6; do
	expect 0 "$checkpoint" "$pid"
	prints "/job-$i.ghost  "
done
cp job-6.ghost other.ghost
cp job-6.ghost job-x.ghost
ln -s other.ghost job-3.ghost
expect 0 "$checkpoint" "$pid"
ghosts_are job-1.ghost job-3.ghost job-5.ghost job-6.ghost job-7.ghost job-x.ghost other.ghost
[ "$(cat job-1.ghost)" = none ] || wrong "a file that is no ghost was changed"

# A name that was asked for is no part of it.
expect 0 "$checkpoint" --output asked.ghost "$pid"
[ -e asked.ghost ] && [ -e job-5.ghost ] || wrong "asking for a name removed a ghost"

# Resumed from an older one, it writes over none and goes on counting.
end "$pid"
cp job-7.ghost ../seven
"$resume" job-5.ghost >/dev/null 2>said &
pid=$!
started="$started $pid"
until_resumed "$pid"
expect 0 "$checkpoint" "$pid"
prints '/job-8.ghost  '
cmp -s job-7.ghost ../seven || wrong "a newer ghost was overwritten"
[ ! -e job-5.ghost ] || wrong "the oldest was not removed"
expect 0 "$ghost" verify job-6.ghost job-7.ghost job-8.ghost
end "$pid"
cd .. || exit 99

# Without a number or a time there is one name; with one of 1 only the last stays.
mkdir h && cd h || exit 99
start --output one.ghost --keep 2
expect 0 "$checkpoint" "$pid"
expect 0 "$checkpoint" "$pid"
ghosts_are one.ghost
end "$pid"
start --output h-%p-%n.ghost --keep 1
expect 0 "$checkpoint" "$pid"
expect 0 "$checkpoint" "$pid"
ghosts_are "h-$pid-2.ghost" one.ghost
first=$pid
start --output h-%p-%n.ghost --keep 1
expect 0 "$checkpoint" "$pid"
[ -e "h-$first-2.ghost" ] || wrong "a ghost of another process was removed"
[ -e "h-$pid-1.ghost" ] || wrong "numbers of another process count"
end "$pid"
end "$first"

# One that fails removes nothing.
start --output f-%n.ghost --keep 1
expect 0 "$checkpoint" "$pid"
expect 1 "$checkpoint" --output "$folder/nowhere/x.ghost" "$pid"
[ -e f-1.ghost ] || wrong "a checkpoint that failed removed a ghost"
end "$pid"
finish
