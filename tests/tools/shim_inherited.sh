#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a program was started with, beyond 0 to 2, leads outside in each of its lives.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$folder" || exit 99
mkfifo pipe
KRG_GHOST=$folder/first.ghost "$run" sleep 60 7>pipe >/dev/null 2>&1 &
pid=$!
started="$started $pid"
: <pipe
until_listening "$pid"
expect 0 "$checkpoint" "$pid"
end "$pid"

"$resume" first.ghost 7>pipe >/dev/null 2>said &
pid=$!
started="$started $pid"
: <pipe
until_resumed "$pid"
expect 0 "$checkpoint" --output second.ghost "$pid"
[ -s second.ghost ] || wrong "there is no second ghost"
end "$pid"
finish
