#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# krg-checkpoint leaves alone whatever cannot be asked, and says why.

# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

# refuses WORDS ARGUMENTS...
refuses()
{
	words=$1
	shift
	expect 2 "$checkpoint" "$@"
	says 'krg-checkpoint: '
	says "$words"
}

refuses 'which process?'
refuses 'which process?' 1 2
refuses 'no option -x' -x 1
refuses 'no option --nonsense' --nonsense 1
refuses 'needs a value' 1 --timeout
refuses 'is not a time' --timeout soon 1
refuses 'is not a time' --timeout -1 1
refuses 'is not a time' --timeout nan 1
refuses 'is not a time' --timeout 1e300 1
refuses "the ghost's name cannot be used" --output '' 1
refuses "the ghost's name cannot be used" --output "$(printf '%5000s' x | tr ' ' x)" 1
refuses 'is not a signal' --signal NONSENSE 1
refuses 'is not a signal' --signal KILL 1

refuses '"word" is not a process id' word
refuses '"" is not a process id' ''
refuses '"0" is not a process id' 0
refuses '"12x" is not a process id' 12x
refuses '"99999999999999999999" is not a process id' 99999999999999999999
refuses '"+1" is not a process id' +1

# No process can have the number behind the largest.
refuses 'there is no process' "$(cat /proc/sys/kernel/pid_max)"

# until_it_is NAME PID: between fork and exec it has the name of its parent.
until_it_is()
{
	until [ "$(cat "/proc/$2/comm")" = "$1" ]; do
		alive "$2"
		[ "$failures" -eq 0 ] || finish
		sleep 0.02
	done
}

# Nothing would catch the signal: it would be the end of this one.
sleep 60 &
plain=$!
started="$started $plain"
until_it_is sleep "$plain"
refuses "process $plain (sleep) is not running under krgghost" "$plain"
refuses "process $plain (sleep) is not running under krgghost" --kill "$plain"
sleep 0.1
alive "$plain"

# One that ends when its parent is a program that does not want to know.
# shellcheck disable=SC2016 # for the shell inside
sh -c '{ until [ -e "$1/end" ]; do sleep 0.02; done; } & echo $! >"$1/child"; exec sleep 60' \
	- "$folder" &
parent=$!
started="$started $parent"
until_it_is sleep "$parent"
child=$(cat "$folder/child")
: >"$folder/end"
until grep -q '^State:.*Z' "/proc/$child/status"; do
	alive "$child"
	[ "$failures" -eq 0 ] || finish
	sleep 0.02
done
refuses 'has ended' "$child"

# Under the shim, but listening to another signal.
start_fake whole
refuses 'does not wait for SIGUSR1' --signal USR1 "$pid"
refuses 'does not wait for SIGRTMIN+2' --signal RTMIN+2 "$pid"
alive "$pid"
never_asked

KRG_SIGNAL=10
export KRG_SIGNAL
start_fake whole
unset KRG_SIGNAL
refuses 'does not wait for SIGUSR2' --signal USR2 "$pid"
never_asked
expect 0 "$checkpoint" "$pid"
no_mailbox

finish
